using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SciCoT.Teaching;

/// <summary>Divides questions among several teachers by weight, under one name.</summary>
/// <remarks>
/// <para>Safe for concurrent callers if the teachers are. Who is asked depends on the question's content, the sample and the seed
/// alone: starting an annotation again asks the same teacher. A teacher who only repeats what is written down and has nothing
/// for a question (<see cref="NoRationaleException"/>) is skipped; the question goes to another, again by weight.</para>
/// <para>A reply carries the mixture's name, which an annotation's settings name too, and says in
/// <see cref="TeacherReply.Model"/> whose it is: <c>teacher</c> or <c>teacher/model</c>.</para>
/// </remarks>
/// <include file="Examples.xml" path="examples/TeacherMixture/example"/>
public sealed class TeacherMixture : ITeacherPrompter
{
    private readonly string _name;
    private readonly WeightedTeacher[] _teachers;
    private readonly int _seed;

    /// <summary>Makes a mixture.</summary>
    /// <param name="name">The name that the replies carry.</param>
    /// <param name="teachers">The teachers with their weights; a teacher of weight 2 gets twice as many questions as one of weight 1.</param>
    /// <param name="promptHash">The prompt hash that the replies carry, as the annotation's settings name it.</param>
    /// <param name="seed">Another seed is another division of the questions.</param>
    /// <exception cref="ArgumentException">The name is blank, there is no teacher, or a weight is not a positive number.</exception>
    public TeacherMixture(string name, IEnumerable<WeightedTeacher> teachers, string? promptHash = null, int seed = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(teachers);
        _name = name;
        _teachers = [.. teachers];
        PromptHash = promptHash;
        _seed = seed;
        if (_teachers.Length == 0)
            throw new ArgumentException("A mixture needs a teacher.", nameof(teachers));
        if (_teachers.FirstOrDefault(teacher => teacher.Teacher is null || !(teacher.Weight > 0 && double.IsFinite(teacher.Weight))) is { } bad)
            throw new ArgumentException(FormattableString.Invariant($"A teacher's weight is {bad.Weight}; expected a teacher and a positive number."), nameof(teachers));
    }

    /// <summary>The prompt hash that the replies carry.</summary>
    public string? PromptHash { get; }

    /// <inheritdoc/>
    /// <exception cref="NoRationaleException">None of the teachers has anything for the request.</exception>
    public async Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        NoRationaleException? nothing = null;
        foreach (var teacher in InOrder(request))
        {
            try
            {
                var reply = await teacher.ExplainAsync(request, cancellationToken).ConfigureAwait(false);
                return reply with { Teacher = _name, Model = reply.Model is null ? reply.Teacher : $"{reply.Teacher}/{reply.Model}", PromptHash = PromptHash };
            }
            catch (NoRationaleException e)
            {
                nothing = e;
            }
        }

        throw nothing!;
    }

    /// <summary>
    /// A weighted order (Efraimidis and Spirakis, 2006): each teacher draws an exponential time with his weight as its rate, and
    /// the first to come is the first with a probability in proportion to his weight.
    /// </summary>
    private IEnumerable<ITeacherPrompter> InOrder(TeacherRequest request)
    {
        var hash = request.Question.ContentHash;
        return _teachers
            .Select((teacher, i) => (teacher.Teacher, Time: -Math.Log(Draw($"{_seed} {hash} {request.SampleIndex} {i}")) / teacher.Weight))
            .OrderBy(pair => pair.Time)
            .Select(pair => pair.Teacher);
    }

    /// <summary>A number above 0 and at most 1 that depends on the text alone.</summary>
    private static double Draw(string text) =>
        ((BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))) >> 11) + 1) * (1.0 / (1UL << 53));
}

/// <summary>A teacher in a mixture.</summary>
/// <param name="Teacher">The teacher.</param>
/// <param name="Weight">His share, relative to the others'.</param>
public sealed record WeightedTeacher(ITeacherPrompter Teacher, double Weight = 1);
