namespace SciCoT.DependencyInjection;

/// <summary>Which stages a host has filled with students of its own, for each of its pipelines.</summary>
internal sealed class OwnStudents
{
    private readonly HashSet<(string Pipeline, Type Student)> _own = [];

    public void Add(string pipeline, Type student) => _own.Add((pipeline, student));

    private readonly HashSet<string> _distilling = [];

    /// <summary>The one of a host.</summary>
    public static OwnStudents Of(Microsoft.Extensions.DependencyInjection.IServiceCollection services) =>
        services.Where(service => !service.IsKeyedService).Select(service => service.ImplementationInstance).OfType<OwnStudents>().Single();

    /// <summary>The pipeline's host distils; it may have no model to answer with yet.</summary>
    public void AddDistillation(string pipeline) => _distilling.Add(pipeline);

    public bool Distils(string pipeline) => _distilling.Contains(pipeline);

    public bool NeedModelDirectory(string pipeline) =>
        !_own.Contains((pipeline, typeof(IRationaleStudent))) || !_own.Contains((pipeline, typeof(IAnswerStudent)));
}
