namespace SciCoT.Questions.Parquet;

/// <summary>What the values of a row group may take of memory, by what the group has in the file. A few damaged bytes can stand for gigabytes.</summary>
/// <param name="packed">The group's bytes in the file.</param>
internal sealed class ParquetBudget(long packed)
{
    private const long Least = 48L << 20;

    /// <summary>The bytes of memory that a byte of the file may take. What text packs to is far below it.</summary>
    private const long PerByte = 256;

    private const long Most = 4L << 30;

    private readonly long _limit = Math.Min(Most, Least + (packed * PerByte));
    private long _taken;

    /// <summary>Counts what is going to be unpacked.</summary>
    /// <param name="bytes">Bytes unpacked, which are copied, and widened to UTF-16.</param>
    /// <param name="values">Values, of which each has levels and a reference.</param>
    public void Take(long bytes, long values)
    {
        _taken += (4 * bytes) + (32 * values);
        if (_taken > _limit)
            throw new InvalidDataException($"a row group of {packed} bytes takes more than {_limit} bytes of memory; write it with smaller row groups if it is sound");
    }
}
