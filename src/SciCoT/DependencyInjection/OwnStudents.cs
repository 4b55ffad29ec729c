namespace SciCoT.DependencyInjection;

/// <summary>Which stages a host has filled with students of its own, for each of its pipelines.</summary>
internal sealed class OwnStudents
{
    private readonly HashSet<(string Pipeline, Type Student)> _own = [];

    public void Add(string pipeline, Type student) => _own.Add((pipeline, student));

    public bool NeedModelDirectory(string pipeline) =>
        !_own.Contains((pipeline, typeof(IRationaleStudent))) || !_own.Contains((pipeline, typeof(IAnswerStudent)));
}
