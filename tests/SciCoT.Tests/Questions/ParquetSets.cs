using Parquet.Serialization;

namespace SciCoT.Tests.Questions;

/// <summary>Rows of the six data sets with the columns that the Hub's files have, written as Parquet.</summary>
internal static class ParquetSets
{
    public static byte[] Arc => Bytes(
        new ArcRow { id = "arc-1", question = "Which rusts?", choices = new() { text = ["iron", "wood"], label = ["A", "B"] }, answerKey = "A" },
        new ArcRow { id = "arc-2", question = "Which melts in the sun?", choices = new() { text = ["stone", "ice", "glass"], label = ["1", "2", "3"] }, answerKey = "2" });

    public static byte[] Qasc => Bytes(new QascRow
    {
        id = "qasc-1",
        question = "What makes iron rust?",
        choices = new() { text = ["rain", "sand"], label = ["A", "B"] },
        answerKey = "A",
        fact1 = "Water makes iron rust.",
        fact2 = "Rain is water.",
        combinedfact = "Rain makes iron rust.",
        formatted_question = "What makes iron rust? (A) rain (B) sand",
    });

    public static byte[] OpenBookQa => Bytes(new ObqaRow { id = "7-980", question_stem = "A magnet picks up", choices = new() { text = ["a nail", "a leaf"], label = ["A", "B"] }, answerKey = "A" });

    public static byte[] OpenBookQaWithFacts => Bytes(new ObqaFactRow
    {
        id = "7-980",
        question_stem = "A magnet picks up",
        choices = new() { text = ["a nail", "a leaf"], label = ["A", "B"] },
        answerKey = "A",
        fact1 = "Magnets attract iron.",
        humanScore = 1f,
        clarity = 2f,
        turkIdAnonymized = "b356d338b7",
    });

    public static byte[] SciQ => Bytes(new SciQRow { question = "Which gas do leaves take in?", distractor1 = "oxygen", distractor2 = "neon", distractor3 = "helium", correct_answer = "carbon dioxide", support = "Leaves take in carbon dioxide." });

    public static byte[] CommonsenseQa => Bytes(new CsqaRow { id = "csqa-1", question = "Where is ice kept?", question_concept = "ice", choices = new() { label = ["A", "B"], text = ["freezer", "oven"] }, answerKey = "A" });

    public static byte[] ScienceQa => Bytes(
        new ScienceQaRow { question = "Is ice a solid or a liquid?", choices = ["solid", "liquid"], answer = 0, hint = "", lecture = "", solution = "Ice is a solid." },
        new ScienceQaRow { question = "Which animal is shown?", choices = ["cat", "dog"], answer = 1, hint = "Look.", image = new() { bytes = [1, 2, 3] }, lecture = "", solution = "" });

    /// <summary>Questions with the columns of ARC.</summary>
    public static byte[] ArcOf(IEnumerable<ScienceQuestion> questions) => Bytes([.. questions.Select(question => new ArcRow
    {
        id = question.Id,
        question = question.Stem,
        choices = new() { text = [.. question.Choices.Select(choice => choice.Text)], label = [.. question.Choices.Select(choice => choice.Label)] },
        answerKey = question.AnswerLabel,
    })]);

    /// <summary>Writes rows as one file, with small row groups.</summary>
    public static byte[] Bytes<T>(params T[] rows)
        where T : new()
    {
        using var file = new MemoryStream();
        ParquetSerializer.SerializeAsync(rows, file, new() { RowGroupSize = 2 }).GetAwaiter().GetResult();
        return file.ToArray();
    }

#pragma warning disable IDE1006, SA1300 // the columns' names are the data sets' own
    internal sealed class Choices
    {
        public List<string>? text { get; set; }

        public List<string>? label { get; set; }
    }

    internal sealed class ArcRow
    {
        public string? id { get; set; }

        public string? question { get; set; }

        public Choices? choices { get; set; }

        public string? answerKey { get; set; }
    }

    internal sealed class QascRow
    {
        public string? id { get; set; }

        public string? question { get; set; }

        public Choices? choices { get; set; }

        public string? answerKey { get; set; }

        public string? fact1 { get; set; }

        public string? fact2 { get; set; }

        public string? combinedfact { get; set; }

        public string? formatted_question { get; set; }
    }

    internal sealed class ObqaRow
    {
        public string? id { get; set; }

        public string? question_stem { get; set; }

        public Choices? choices { get; set; }

        public string? answerKey { get; set; }
    }

    internal sealed class ObqaFactRow
    {
        public string? id { get; set; }

        public string? question_stem { get; set; }

        public Choices? choices { get; set; }

        public string? answerKey { get; set; }

        public string? fact1 { get; set; }

        public float? humanScore { get; set; }

        public float? clarity { get; set; }

        public string? turkIdAnonymized { get; set; }
    }

    internal sealed class SciQRow
    {
        public string? question { get; set; }

        public string? distractor3 { get; set; }

        public string? distractor1 { get; set; }

        public string? distractor2 { get; set; }

        public string? correct_answer { get; set; }

        public string? support { get; set; }
    }

    internal sealed class CsqaRow
    {
        public string? id { get; set; }

        public string? question { get; set; }

        public string? question_concept { get; set; }

        public Choices? choices { get; set; }

        public string? answerKey { get; set; }
    }

    internal sealed class Image
    {
        public byte[]? bytes { get; set; }

        public string? path { get; set; }
    }

    internal sealed class ScienceQaRow
    {
        public Image? image { get; set; }

        public string? question { get; set; }

        public List<string>? choices { get; set; }

        public sbyte? answer { get; set; }

        public string? hint { get; set; }

        public string? lecture { get; set; }

        public string? solution { get; set; }
    }
}
