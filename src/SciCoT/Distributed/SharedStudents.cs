using System.Text.Json;
using System.Text.Json.Serialization;

namespace SciCoT.Distributed;

/// <summary>Students whose questions are divided among the ranks of a group.</summary>
/// <remarks>
/// All ranks call them with the same questions, in the same order and one call after another, and all get all results in the order of the
/// questions. Each rank has the same students.
/// </remarks>
public static class SharedStudents
{
    /// <summary>Divides what a rationale student writes among the ranks.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="student">This rank's student; it stays the caller's.</param>
    /// <returns>The student itself in a group of one.</returns>
    public static IRationaleStudent Share(this IProcessGroup group, IRationaleStudent student)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(student);
        return group.Size == 1 ? student : new SharedRationaleStudent(student, group);
    }

    /// <summary>Divides what an answer student answers among the ranks.</summary>
    /// <param name="group">The ranks.</param>
    /// <param name="student">This rank's student; it stays the caller's.</param>
    /// <returns>The student itself in a group of one.</returns>
    public static IAnswerStudent Share(this IProcessGroup group, IAnswerStudent student)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentNullException.ThrowIfNull(student);
        return group.Size == 1 ? student : new SharedAnswerStudent(student, group);
    }

    private sealed class SharedRationaleStudent(IRationaleStudent student, IProcessGroup group) : IRationaleStudent
    {
        public async Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(questions);
            IReadOnlyList<string> own = [];
            await group.WorkApartAsync(async () => own = group.Own(questions) is { Length: > 0 } share ? await student.ExplainAsync(share, cancellationToken).ConfigureAwait(false) : []).ConfigureAwait(false);
            return group.Collect(own, questions.Count, SharedJson.Default.IReadOnlyListString);
        }

        /// <summary>One text cannot be divided: every rank writes it.</summary>
        public IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, CancellationToken cancellationToken) => student.StreamAsync(question, cancellationToken);
    }

    private sealed class SharedAnswerStudent(IAnswerStudent student, IProcessGroup group) : IAnswerStudent
    {
        public async Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(questions);
            IReadOnlyList<AnswerPrediction> own = [];
            await group.WorkApartAsync(async () => own = group.Own(questions) is { Length: > 0 } share ? await student.AnswerAsync(share, cancellationToken).ConfigureAwait(false) : []).ConfigureAwait(false);
            return group.Collect(own, questions.Count, SharedJson.Default.IReadOnlyListAnswerPrediction);
        }
    }
}

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(IReadOnlyList<AnswerPrediction>))]
internal sealed partial class SharedJson : JsonSerializerContext;
