using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace SciCoT.Checkpoints;

/// <summary>What is done with the values of one part of a tensor while they are in the cache.</summary>
/// <param name="values">Where they lie.</param>
/// <param name="start">The first byte, counted from the tensor's.</param>
/// <param name="bytes">How many there are.</param>
internal unsafe delegate void PartAction(byte* values, long start, int bytes);

/// <summary>A tensor that is to be read.</summary>
/// <param name="File">The file that it is in.</param>
/// <param name="Entry">The tensor.</param>
/// <param name="Memory">Where it is to lie; 0 where its values are only passed to <paramref name="Use"/>.</param>
/// <param name="Use">What is done with each part; called by several threads.</param>
/// <param name="Unit">Bytes that are not to be parted, such as a row's.</param>
internal sealed record TensorTarget(SafetensorsFile File, SafetensorsEntry Entry, nint Memory, PartAction? Use = null, long Unit = 16)
{
    public long Bytes => Entry.End - Entry.Begin;

    /// <summary>The bytes of a part: so few that they stay in a core's cache between reading and use.</summary>
    public int PartBytes => checked((int)Math.Max(TensorParts.Bytes / Unit * Unit, Unit));
}

/// <summary>Reads tensors in parts, several threads side by side.</summary>
internal static unsafe class TensorParts
{
    public const int Bytes = 1 << 19;

    private const int CacheLine = 64;

    /// <exception cref="InvalidFileException">A file was cut off.</exception>
    public static void Read(IReadOnlyList<TensorTarget> targets)
    {
        var parts = new List<(TensorTarget Target, long Start)>();
        foreach (var target in targets)
        {
            for (long start = 0; start < target.Bytes; start += target.PartBytes)
                parts.Add((target, start));
        }

        if (parts.Count == 0)
            return;
        nuint buffer = (nuint)targets.Max(target => target.Memory == 0 ? target.PartBytes : 1);
        try
        {
            // A load reads ahead in the file's order: ranges of a thread each would be read at many places of a disk at once.
            int next = -1;
            Parallel.For(0, Math.Min(Environment.ProcessorCount, parts.Count), _ =>
            {
                byte* own = (byte*)NativeMemory.AlignedAlloc(buffer, CacheLine);
                try
                {
                    for (int part; (part = Interlocked.Increment(ref next)) < parts.Count;)
                        Read(parts[part].Target, parts[part].Start, own);
                }
                finally
                {
                    NativeMemory.AlignedFree(own);
                }
            });
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions[0]);
        }
    }

    private static void Read(TensorTarget target, long start, byte* own)
    {
        int bytes = (int)Math.Min(target.PartBytes, target.Bytes - start);
        byte* values = target.Memory == 0 ? own : (byte*)target.Memory + start;
        target.File.Read(target.Entry, start, new Span<byte>(values, bytes));
        target.Use?.Invoke(values, start, bytes);
    }
}
