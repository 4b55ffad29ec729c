using SciCoT.Evaluation;
using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Evaluation;

public sealed class PredictionFileTests : IDisposable
{
    private const string Asked = """ "id":"q1","stem":"Which?","choices":[{"label":"A","text":"ice"},{"label":"B","text":"iron"}],"answer":"B" """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Write_NumbersThatJsonHasNoFormFor_AreLeftOutAndTheFileIsRead(double value)
    {
        var outcome = QuestionOutcome.Judge(Outcomes.Question(7, gold: 1), "B", "option 2 of 7") with
        {
            Probabilities = [value, 0.7, 0.1, 0.1],
            LogLikelihoods = [-1, value, -2, -3],
            Seconds = value,
        };

        PredictionFile.Write(_folder.File("p.jsonl"), [new() { System = "broken", Outcomes = [outcome] }]);

        var read = Assert.Single(Assert.Single(PredictionFile.Read(_folder.File("p.jsonl"))).Outcomes);
        Assert.Equal("B", read.Label);
        Assert.Empty(read.Probabilities);
        Assert.Empty(read.LogLikelihoods);
        Assert.Null(read.Seconds);
    }

    [Fact]
    public void Read_LettersThatWereScored_GiveTheSameFigures()
    {
        var question = new ScienceQuestion("q1", "Which?", [new("A", "a long answer to a question"), new("B", "ice")]) { AnswerLabel = "A", Concept = "ice" };
        var outcome = QuestionOutcome.Judge(question, "A", "a long answer to a question") with { LogLikelihoods = [-1, -2], ScoredTexts = ["A", "B"], GreedyChoices = [true, false] };

        PredictionFile.Write(_folder.File("p.jsonl"), [new() { System = "letters", Outcomes = [outcome] }]);

        var read = Assert.Single(Assert.Single(PredictionFile.Read(_folder.File("p.jsonl"))).Outcomes);
        Assert.Equal(outcome.ScoredTexts, read.ScoredTexts);
        Assert.Equal(outcome.GreedyChoices, read.GreedyChoices);
        Assert.Equal("ice", read.Question.Concept);
        Assert.Equal(HarnessAccuracy.Of([outcome with { LogLikelihoods = [-3, -1] }]), HarnessAccuracy.Of([read with { LogLikelihoods = [-3, -1] }]));
    }

    [Theory]
    [InlineData("\"scoredTexts\":[\"A\"]", "scoredTexts")]
    [InlineData("\"scoredTexts\":[\"A\",\"\"]", "scoredTexts")]
    [InlineData("\"scoredTexts\":[1,2]", "scoredTexts")]
    [InlineData("\"greedy\":[true,false,true]", "greedy")]
    [InlineData("\"greedy\":[\"True\",\"False\"]", "greedy")]
    public void Read_ScoredTextsThatDoNotFitTheChoices_AreRefused(string fields, string named)
    {
        File.WriteAllText(_folder.File("p.jsonl"), $"{{{Asked},\"label\":\"A\",\"logLikelihoods\":[-1,-2],{fields}}}\n");

        Assert.Contains(named, Assert.Throws<BadRowException>(() => PredictionFile.Read(_folder.File("p.jsonl"))).Message);
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        var full = QuestionOutcome.Judge(Outcomes.Question(7, gold: 1) with { Context = "read\nthis" }, "B", "option 2 of 7 <b>") with
        {
            Rationale = "because \"ice\" 🔥",
            TeacherRationale = "",
            Probabilities = [0.1, 0.7, 0.1, 0.1],
            LogLikelihoods = [-3.25, -1e-7, -12345.678901234567, -4],
            ScoredTexts = ["A", "B", "C", "D"],
            GreedyChoices = [false, true, false, false],
            Seconds = 0.012,
            Tokens = 17,
            Alternatives = [new(RationaleKind.Shuffled, "other", "A", "option 1 of 1"), new(RationaleKind.Empty, "", null, "")],
        };
        var open = QuestionOutcome.Judge(ScienceQuestion.Create("Why?") with { AnswerLabel = "heat" }, null, "Heat");
        SystemResult[] results = [new() { System = "two-stage", Seed = 2, Outcomes = [full, open] }, Outcomes.System("direct", null, true, false)];

        PredictionFile.Write(_folder.File("p.jsonl"), results);
        var read = PredictionFile.Read(_folder.File("p.jsonl"));

        Assert.Equal(4, File.ReadLines(_folder.File("p.jsonl")).Count());
        Assert.Equal([("two-stage", 2L), ("direct", null)], read.Select(result => (result.System, result.Seed)));
        Assert.Equivalent(results.SelectMany(result => result.Outcomes), read.SelectMany(result => result.Outcomes), strict: true);
        Assert.True(read[0].Outcomes.All(outcome => outcome.IsCorrect));
    }

    [Fact]
    public void Read_IdsAndLabelsFromElsewhere_AreJoinedWithTheQuestions()
    {
        ScienceQuestion[] questions = [Outcomes.Question(1), Outcomes.Question(2, gold: 2)];
        Write("""{"id":"q2","label":"C"}""", """{"id":"q1","label":null,"text":"who knows"}""");

        var result = Assert.Single(PredictionFile.Read(Predictions, questions));

        Assert.Equal([("q2", true, "option 3 of 2"), ("q1", false, "who knows")], result.Outcomes.Select(outcome => (outcome.QuestionId, outcome.IsCorrect, outcome.Text)));
        Assert.True(result.Outcomes[1].ExtractionFailed);
    }

    [Theory]
    [InlineData("""{"id":"q1","label":"A"}""", "'id'", "stands without its question")]
    [InlineData("{" + Asked + ""","label":"C"}""", "'label'", "expected one of the choices' labels (A, B)")]
    [InlineData("{" + Asked + ""","label":"B","correct":false}""", "'correct'", "contradicts")]
    [InlineData("{" + Asked + ""","label":"B","probabilities":[1]}""", "'probabilities'", "each of the 2 choices")]
    [InlineData("{" + Asked + ""","label":"B","probabilities":[0.5,0.6]}""", "'probabilities'", "sums to 1.1")]
    [InlineData("{" + Asked + ""","label":"B","probabilities":[-0.5,1.5]}""", "'probabilities'", "between 0 and 1")]
    [InlineData("{" + Asked + ""","label":"B","logLikelihoods":["x",1]}""", "'logLikelihoods[0]'", "expected a number")]
    [InlineData("{" + Asked + ""","label":"B","logLikelihoods":[1e999,1]}""", "'logLikelihoods[0]'", "too large")]
    [InlineData("{" + Asked + ""","label":"B","seconds":-1}""", "'seconds'", "negative")]
    [InlineData("{" + Asked + ""","label":"B","seed":1.5}""", "'seed'", "whole number")]
    [InlineData("{" + Asked + ""","label":"B","alternatives":[{"kind":"odd","rationale":"","text":""}]}""", "'alternatives[0].kind'", "shuffled")]
    [InlineData("""{"id":"q1","stem":"Which?","label":"A"}""", "'answer'", "missing")]
    [InlineData("{" + Asked + ""","text":"B"}""", "line 1", "has no label")]
    [InlineData("{" + Asked + ""","prediction":"B"}""", "line 1", "null where no answer could be read")]
    [InlineData("{" + Asked + ""","label":1}""", "'label'", "expected a string")]
    [InlineData("""{"id":"q1","stem":"Why?","answer":"heat"}""", "'text'", "missing")]
    [InlineData("{" + Asked + ""","label":"B","tokens":1.5}""", "'tokens'", "whole number")]
    [InlineData("{" + Asked + ""","label":"B","tokens":-1}""", "'tokens'", "whole number from 0")]
    [InlineData("{" + Asked + ""","label":"B","alternatives":[{"kind":"own","rationale":"","label":"A","text":""},{"kind":"own","rationale":"","label":"B","text":""}]}""", "'alternatives'", "two answers of one kind")]
    [InlineData("{" + Asked + ""","label":"B","alternatives":[{"kind":"own","rationale":"","text":""}]}""", "'alternatives[0]'", "has no label")]
    [InlineData("not json", "line 1", "not sound JSON")]
    public void Read_BadLine_SaysWhereAndWhat(string line, string place, string problem)
    {
        Write(line);

        var error = Assert.Throws<BadRowException>(() => PredictionFile.Read(Predictions));

        Assert.Contains(place, error.Message);
        Assert.Contains(problem, error.Message);
        Assert.Contains("p.jsonl, line 1", error.Message);
    }

    [Fact]
    public void Read_QuestionAnsweredTwice_Throws()
    {
        Write("{" + Asked + ""","label":"B"}""", "{" + Asked + ""","label":"A"}""");

        Assert.Contains("line 2", Assert.Throws<BadRowException>(() => PredictionFile.Read(Predictions)).Message);
    }

    [Fact]
    public void Read_QuestionsMissingOrUnknown_Throws()
    {
        Write("""{"id":"q1","label":"A"}""");

        var missing = Assert.Throws<InvalidFileException>(() => PredictionFile.Read(Predictions, [Outcomes.Question(1), Outcomes.Question(2)]));
        var unknown = Assert.Throws<BadRowException>(() => PredictionFile.Read(Predictions, [Outcomes.Question(2)]));

        Assert.Contains("did not answer 'q2'", missing.Message);
        Assert.Contains("none of the 1 questions", unknown.Message);
    }

    [Theory]
    [InlineData(""" "stem":"Who?" """, "'stem'", "another question")]
    [InlineData(""" "context":"In winter." """, "'context'", "another question")]
    [InlineData(""" "answer":"A" """, "'answer'", "the gold answer of 'q1' is 'B'")]
    [InlineData(""" "choices":[{"label":"A","text":"iron"},{"label":"B","text":"ice"}] """, "'choices'", "expected A ice, B iron")]
    public void Read_OtherQuestionOfTheSameId_IsRefused(string field, string place, string problem)
    {
        Write("{" + Asked + ""","system":"one","label":"B"}""", $$"""{"id":"q1","system":"other","label":"B",{{field}}}""");
        var own = Assert.Throws<BadRowException>(() => PredictionFile.Read(Predictions));
        var asked = ScienceQuestion.Create("Which?", "ice", "iron") with { Id = "q1", AnswerLabel = "B" };
        var given = Assert.Throws<BadRowException>(() => PredictionFile.Read(Predictions, [asked]));

        Assert.All([own, given], error => Assert.Contains("line 2", error.Message));
        Assert.All([own, given], error => Assert.Contains(place, error.Message));
        Assert.All([own, given], error => Assert.Contains(problem, error.Message));
    }

    [Fact]
    public void Read_LaterLinesMayLeaveTheQuestionOut()
    {
        Write("{" + Asked + ""","system":"one","label":"B"}""", """{"id":"q1","system":"other","label":"A"}""");

        var results = PredictionFile.Read(Predictions);

        Assert.Equal([true, false], results.Select(result => result.Outcomes.Single().IsCorrect));
        Assert.Equal("ice", results[1].Outcomes[0].Text);
    }

    [Fact]
    public void Read_EmptyFile_Throws()
    {
        Write();

        Assert.Contains("no predictions", Assert.Throws<InvalidFileException>(() => PredictionFile.Read(Predictions)).Message);
    }

    [Fact]
    public void Write_ALineTooLongToRead_ThrowsAndLeavesNothing()
    {
        var result = new SystemResult { System = "s", Outcomes = [Outcomes.Answer(1, 0) with { Rationale = new string('a', 1 << 20) }] };

        Assert.Contains("'q1'", Assert.Throws<ArgumentException>(() => PredictionFile.Write(Predictions, [result])).Message);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path));
    }

    private string Predictions => _folder.File("p.jsonl");

    private void Write(params string[] lines) => File.WriteAllLines(Predictions, lines);
}
