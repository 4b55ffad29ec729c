namespace SciCoT.Compute.Generated;

/// <summary>Puts code where it can be executed.</summary>
/// <param name="code">The code.</param>
/// <returns>Its address; 0 where there is no such memory.</returns>
internal delegate nint CodePlace(ReadOnlySpan<byte> code);

/// <summary>The functions of a kind of tile for all numbers of rows and tiles, ready to be called.</summary>
internal sealed unsafe class GeneratedTiles
{
    private const int CacheLine = 64;

    private readonly nint[] _functions; // [tiles, rows]

    private GeneratedTiles(nint[] functions) => _functions = functions;

    /// <summary>Writes the functions and makes them executable; null where that is refused.</summary>
    /// <param name="create">Makes the writer for a number of rows and of tiles.</param>
    /// <param name="place">Puts the code in its place.</param>
    public static GeneratedTiles? TryCreate(Func<int, int, TileCode> create, CodePlace place)
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
        return code == 0 ? null : new GeneratedTiles([.. starts.Select(start => code + start)]);
    }

    /// <summary>Multiplies rows by tiles.</summary>
    /// <remarks>A call takes a few microseconds at most, so the collector can wait for it.</remarks>
    public void Multiply(int rows, int tiles, TileCall* call) =>
        ((delegate* unmanaged[SuppressGCTransition]<TileCall*, void>)_functions[((tiles - 1) * TileCode.MostRows) + rows - 1])(call);
}
