using System.Text.RegularExpressions;
using Google.Protobuf;
using SciCoT.Testing;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Testing;

public partial class MiniTokenizerTests
{
    [Fact]
    public void WriteTokenizer_MakesTheFolderAndReplacesTheFile()
    {
        using var folder = new TempFolder();
        var directory = folder.File("new/folder");

        var path = MiniScience.WriteTokenizer(directory);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllText(path, "something else");
        MiniScience.WriteTokenizer(directory);

        Assert.Equal(Path.Combine(directory, "spiece.model"), path);
        Assert.InRange(bytes.Length, 10_000, 100_000);
        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(directory));
    }

    [Fact]
    public void Vocabulary_HasTheSpecialPiecesOfT5()
    {
        var pieces = Pieces();

        Assert.Equal(["<pad>", "</s>", "<unk>"], pieces.Take(3).Select(piece => piece.Text));
        Assert.InRange(pieces.Count, 1000, 1600);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(99)] // a seed that the tokenizer was not trained on
    public void WordsOfTheWorld_AreWholePieces(int seed)
    {
        var scores = Pieces().Skip(3).ToDictionary(piece => piece.Text, piece => piece.Score);
        var world = MiniWorlds.Of(seed);
        var words = world.All()
            .SelectMany(question => question.Choices.Select(choice => choice.Text).Append(question.Stem).Append(world[question.Id].Rationale))
            .SelectMany(text => Word().Matches(text).Select(match => match.Value)).ToHashSet();

        Assert.InRange(words.Count, 900, 1500);
        Assert.All(words, word => Assert.True(IsWhole("▁" + word, scores), $"'{word}' is split; train the tokenizer again (eng/mini-tokenizer)"));
    }

    [Fact]
    public void LayoutWords_AreWholePieces()
    {
        var scores = Pieces().Skip(3).ToDictionary(piece => piece.Text, piece => piece.Score);
        string[] words = ["explain", "answer", "question", "choices", "context", "rationale", "Question", "Answer", "The", "So"];

        Assert.All(words, word => Assert.True(IsWhole("▁" + word, scores), $"'{word}' is split"));
        Assert.All("ABCDE0123456789():", character => Assert.Contains(character.ToString(), scores.Keys));
    }

    [Fact]
    public void UnknownWord_IsNotWhole() =>
        Assert.False(IsWhole("▁photosynthesis", Pieces().Skip(3).ToDictionary(piece => piece.Text, piece => piece.Score)));

    /// <summary>Whether the best segmentation of a word is the word itself: its piece scores above every other path.</summary>
    private static bool IsWhole(string word, Dictionary<string, float> scores)
    {
        // best[end]: the best path to an end that does not use the whole word.
        var best = new double[word.Length + 1];
        for (int end = 1; end <= word.Length; end++)
        {
            best[end] = Enumerable.Range(0, end)
                .Where(start => end - start < word.Length && scores.ContainsKey(word[start..end]))
                .Select(start => best[start] + scores[word[start..end]])
                .DefaultIfEmpty(double.NegativeInfinity).Max();
        }

        return scores.TryGetValue(word, out float whole) && whole > best[^1];
    }

    /// <summary>The pieces of the model: field 1 of SentencePiece's ModelProto, each with its text (1) and score (2).</summary>
    private static List<(string Text, float Score)> Pieces()
    {
        using var folder = new TempFolder();
        using var model = new CodedInputStream(File.ReadAllBytes(MiniScience.WriteTokenizer(folder.Path)));
        var pieces = new List<(string, float)>();
        while (model.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 1)
                pieces.Add(Piece(model.ReadBytes()));
            else
                model.SkipLastField();
        }

        return pieces;

        static (string, float) Piece(ByteString bytes)
        {
            var piece = bytes.CreateCodedInput();
            var (text, score) = ("", 0f);
            while (piece.ReadTag() is var tag and not 0)
            {
                switch (WireFormat.GetTagFieldNumber(tag))
                {
                    case 1: text = piece.ReadString(); break;
                    case 2: score = piece.ReadFloat(); break;
                    default: piece.SkipLastField(); break;
                }
            }

            return (text, score);
        }
    }

    /// <summary>A word at the start of a text or after a space; of "red-brown" the first half.</summary>
    [GeneratedRegex(@"(?<=^| )[A-Za-z0-9]+")]
    private static partial Regex Word();
}
