namespace SciCoT.Tests.Pipeline;

/// <summary>Several rationales for a question: how their answers are joined.</summary>
public class SampledRationaleTests
{
    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which?", "x", "y");
    private static readonly ScienceQuestion Open = ScienceQuestion.Create("Why?");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnswerAsync_SampledRationales_ProbabilitiesAreAveraged()
    {
        var students = new Samples("r1", "r2", "r2", "")
        {
            ["r1"] = new("A", "x", [0.9, 0.1]) { Confidence = 0.9 },
            ["r2"] = new("B", "y", [0.3, 0.7]) { Confidence = 0.7 },
            [""] = new("B", "y", [0.2, 0.8]) { Confidence = 0.8 }, // of the question alone
        };
        var pipeline = new SciCoTPipeline(students, students, sampling: new RationaleSampling(4, 0.5, Seed: 9));

        var answer = await pipeline.AnswerAsync(Question, Token);

        Assert.Equal(["r1", "r2", "r2", ""], answer.Rationales);
        Assert.Equal([(0.9 + 0.3 + 0.3 + 0.2) / 4, (0.1 + 0.7 + 0.7 + 0.8) / 4], answer.Choices.Select(choice => choice.Probability), (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal(("B", "y", 0.575), (answer.Label, answer.Text, Math.Round(answer.Confidence, 9)));
        Assert.Equal(["r1", "r2", ""], students.Read); // each text once
        Assert.Equal(new RationaleSampling(4, 0.5, 9), students.Asked);
    }

    [Fact]
    public async Task AnswerAsync_OpenQuestion_TheMajorityDecides()
    {
        var students = new Samples("r1", "r2", "r3")
        {
            ["r1"] = new(null, "Rust", []) { Confidence = 0.4 },
            ["r2"] = new(null, "Ice", []) { Confidence = 0.9 },
            ["r3"] = new(null, "rust", []) { Confidence = 0.2 },
        };

        var answer = await new SciCoTPipeline(students, students, sampling: new RationaleSampling(3)).AnswerAsync(Open, Token);

        Assert.Equal((null, "Rust", 0.2), (answer.Label, answer.Text, Math.Round(answer.Confidence, 9)));
    }

    [Fact]
    public async Task StreamAsync_SampledRationales_SameAnswerAsAsked()
    {
        var students = new Samples("r1", "r2")
        {
            ["r1"] = new("A", "x", [0.6, 0.4]) { Confidence = 0.6 },
            ["r2"] = new("B", "y", [0.1, 0.9]) { Confidence = 0.9 },
        };
        var pipeline = new SciCoTPipeline(students, students, sampling: new RationaleSampling(2));

        var updates = await pipeline.StreamAsync(Question, Token).ToArrayAsync(Token);

        Assert.Equal(["r1", null], updates.Select(update => update.RationaleText));
        Assert.Equal(("B", 2), (updates[1].Answer!.Label, updates[1].Answer!.Rationales.Count));
    }

    [Fact]
    public void Sampling_StudentThatCannot_IsRefused() =>
        Assert.Contains("IRationaleSampler", Assert.Throws<ArgumentException>(() => new SciCoTPipeline(new EchoRationaleStudent(), new MentionAnswerStudent(), sampling: new RationaleSampling(3))).Message);

    [Theory]
    [InlineData(0, 1.0)]
    [InlineData(3, 0.0)]
    [InlineData(3, double.NaN)]
    public void Sampling_OutOfRange_IsRefused(int count, double temperature) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RationaleSampling(count, temperature).Validate());

    private sealed class Samples(params string[] rationales) : Dictionary<string, AnswerPrediction>, IRationaleStudent, IRationaleSampler, IAnswerStudent
    {
        public List<string> Read { get; } = [];

        public RationaleSampling? Asked { get; private set; }

        public Task<IReadOnlyList<IReadOnlyList<string>>> SampleAsync(IReadOnlyList<ScienceQuestion> questions, RationaleSampling sampling, CancellationToken cancellationToken = default)
        {
            Asked = sampling;
            return Task.FromResult<IReadOnlyList<IReadOnlyList<string>>>([.. questions.Select(_ => rationales)]);
        }

        public Task<IReadOnlyList<AnswerPrediction>> AnswerAsync(IReadOnlyList<ExplainedQuestion> questions, CancellationToken cancellationToken = default)
        {
            Read.AddRange(questions.Select(question => question.Rationale));
            return Task.FromResult<IReadOnlyList<AnswerPrediction>>([.. questions.Select(question => this[question.Rationale])]);
        }

        public Task<IReadOnlyList<string>> ExplainAsync(IReadOnlyList<ScienceQuestion> questions, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<string> StreamAsync(ScienceQuestion question, CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
