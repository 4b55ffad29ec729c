namespace SciCoT.Teaching;

/// <summary>A teacher that passes requests on to another; derived classes change what happens on the way.</summary>
/// <remarks>One request is one call to a service, so that what limits requests limits calls.</remarks>
/// <include file="Examples.xml" path="examples/DelegatingTeacher/example"/>
public abstract class DelegatingTeacher : ITeacherPrompter, IDisposable
{
    /// <summary>Wraps a teacher.</summary>
    /// <param name="innerTeacher">The teacher; it is disposed of with this one.</param>
    protected DelegatingTeacher(ITeacherPrompter innerTeacher)
    {
        ArgumentNullException.ThrowIfNull(innerTeacher);
        InnerTeacher = innerTeacher;
    }

    /// <summary>The teacher that requests are passed on to.</summary>
    protected ITeacherPrompter InnerTeacher { get; }

    /// <inheritdoc/>
    public virtual Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default) =>
        InnerTeacher.ExplainAsync(request, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the teacher holds.</summary>
    /// <param name="disposing">Whether it is called by <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            (InnerTeacher as IDisposable)?.Dispose();
    }
}
