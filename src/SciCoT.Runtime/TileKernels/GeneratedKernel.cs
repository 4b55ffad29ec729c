using System.Runtime.CompilerServices;

namespace SciCoT.TileKernels;

/// <summary>Puts code where it can be executed.</summary>
/// <param name="code">The code.</param>
/// <returns>Its address; 0 where there is no such memory.</returns>
internal delegate nint CodePlace(ReadOnlySpan<byte> code);

/// <summary>A kernel of generated functions, one for each number of rows and tiles.</summary>
internal sealed unsafe class GeneratedKernel : ITileKernel
{
    private const int CacheLine = 64;

    private readonly nint[] _functions; // [tiles, rows]

    private GeneratedKernel(nint[] functions) => _functions = functions;

    public int Rows => TileCode.MostRows;

    public int Tiles => TileCode.MostTiles;

    /// <summary>Writes the functions and makes them executable; null where the system refuses that.</summary>
    /// <param name="create">Makes the writer for a number of rows and of tiles.</param>
    /// <param name="place">Puts the code in its place.</param>
    public static GeneratedKernel? TryCreate(Func<int, int, TileCode> create, CodePlace place)
    {
        var all = new List<byte>();
        var starts = new List<nint>();
        for (int tiles = 1; tiles <= TileCode.MostTiles; tiles++)
        {
            for (int rows = 1; rows <= TileCode.MostRows; rows++)
            {
                starts.Add(all.Count);
                all.AddRange(create(rows, tiles).Write());
                all.AddRange(new byte[(CacheLine - (all.Count % CacheLine)) % CacheLine]);
            }
        }

        nint code = place(all.ToArray());
        return code == 0 ? null : new GeneratedKernel([.. starts.Select(start => code + start)]);
    }

    [SkipLocalsInit]
    public void Multiply(in TileBlock block)
    {
        const int Pass = TileCode.Unrolled * Int8Layout.GroupBytes;
        long bytes = (long)block.Groups * Int8Layout.GroupBytes;
        TileCall call;
        call.Weights = block.Weights;
        call.WholeEnd = block.Weights + (bytes / Pass * Pass);
        call.End = block.Weights + bytes;
        call.TileBytes = bytes;
        call.X = block.X;
        call.Stride = block.Stride;
        call.Ahead = block.AheadBytes > 0 ? block.Ahead : block.Weights;
        call.AheadStep = block.AheadBytes / block.Groups;
        call.Y = block.Y;
        call.YStride = block.YStride * (long)sizeof(float);
        call.Scales = block.Scales;
        call.Ending = (block.Adds ? TileEnd.Add : TileEnd.Store) | (block.Parts == 2 ? TileEnd.Pairs : TileEnd.Store);

        // A call takes a few microseconds at most, so the collector can wait for it.
        ((delegate* unmanaged[SuppressGCTransition]<TileCall*, void>)_functions[((block.Tiles - 1) * TileCode.MostRows) + block.Rows - 1])(&call);
    }
}
