namespace SciCoT.Distillation;

/// <summary>Progress that is passed on at once: <see cref="Progress{T}"/> would reorder reports.</summary>
internal sealed class Relay<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
