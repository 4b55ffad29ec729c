using System.Runtime.CompilerServices;
using SciCoT;

namespace WebDemo;

/// <summary>Stage one of a pipeline that does not reason: it writes nothing.</summary>
internal sealed class SilentStudent : IRationaleStudent
{
    public Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken = default) =>
        Task.FromResult<IReadOnlyList<string>>([.. questions.Select(_ => "")]);

    public async IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await Task.CompletedTask;
        yield break;
    }
}
