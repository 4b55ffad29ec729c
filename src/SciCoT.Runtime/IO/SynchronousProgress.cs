namespace SciCoT.IO;

/// <summary>Progress that is passed on at once, on the thread that reports it: <see cref="Progress{T}"/> would reorder reports.</summary>
internal sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
