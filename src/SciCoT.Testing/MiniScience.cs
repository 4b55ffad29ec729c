using SciCoT.IO;
using SciCoT.Testing.World;
using SciCoT.Testing.World.Sources;

namespace SciCoT.Testing;

/// <summary>
/// A closed world of grade-school science with questions, gold rationales and gold answers, made from authored tables; no
/// file and no network is needed. It is for tests, samples and quick experiments, and free under the project's licence.
/// </summary>
/// <remarks>
/// What is held out is a combination: a thing under an aspect, a place in a month, a substance at a temperature, a set of
/// things to be compared. Every fact that a validation or test question needs occurs in training rationales. The lists are
/// shuffled over all families, so that the first n training questions are a fair short set. Instances are immutable and
/// safe for concurrent callers.
/// </remarks>
/// <include file="Examples.xml" path="examples/MiniScience/example"/>
public sealed class MiniScience
{
    private readonly Dictionary<string, MiniScienceItem> _items;

    private MiniScience(IReadOnlyList<MiniScienceItem> train, IReadOnlyList<MiniScienceItem> validation, IReadOnlyList<MiniScienceItem> test, IReadOnlyList<string> openingFacts)
    {
        OpeningFacts = openingFacts;
        Train = [.. train.Select(item => item.Question)];
        Validation = [.. validation.Select(item => item.Question)];
        Test = [.. test.Select(item => item.Question)];
        _items = train.Concat(validation).Concat(test).ToDictionary(item => item.Question.Id, StringComparer.Ordinal);
    }

    /// <summary>The training questions, shuffled.</summary>
    public IReadOnlyList<ScienceQuestion> Train { get; }

    /// <summary>The questions for choosing settings, shuffled.</summary>
    public IReadOnlyList<ScienceQuestion> Validation { get; }

    /// <summary>The questions for the final measurement, shuffled.</summary>
    public IReadOnlyList<ScienceQuestion> Test { get; }

    /// <summary>
    /// The facts that training rationales begin with, each once, without capital and full stop. They stand well as sentences of their
    /// own, and the tokenizer knows their first words with a capital.
    /// </summary>
    internal IReadOnlyList<string> OpeningFacts { get; }

    /// <summary>A question of any part with its rationale, family, aspect and cell.</summary>
    /// <param name="id">The question's identifier.</param>
    /// <exception cref="KeyNotFoundException">No part holds a question with this identifier.</exception>
    public MiniScienceItem this[string id] => Find(id)
        ?? throw new KeyNotFoundException($"The mini data set holds no question '{id}'; ids look like 'mini-test-0001'.");

    /// <summary>Makes the data set. The same seed gives the same set on every machine.</summary>
    /// <param name="seed">Decides names, options, the order of everything and which cells are held out.<value>The default is 1.</value></param>
    /// <param name="ending">How rationales end.<value>The default is <see cref="RationaleEnding.DecidingFact"/>.</value></param>
    /// <param name="comparisons">
    /// Whether to add the questions whose answer depends on the choices (which of these, the odd one out, the order of three).
    /// Their rationales go through the choices one by one, which takes students of the quick start's size several times the
    /// steps to learn.<value>The default is <see langword="false"/>.</value>
    /// </param>
    public static MiniScience Create(int seed = 1, RationaleEnding ending = RationaleEnding.DecidingFact, bool comparisons = false)
    {
        var sources = AllSources.Create();
        var split = new CellSplit(sources.SelectMany(s => s.Source.Cells), new SeededRandom(seed, "split"));

        var train = Write(Part.Train);
        var taught = train.SelectMany(draft => draft.Facts).ToHashSet(StringComparer.Ordinal);
        return new MiniScience(
            Number("train", train),
            Number("validation", Write(Part.Validation).Where(IsTaught)),
            Number("test", Write(Part.Test).Where(IsTaught)),
            [.. train.Select(draft => draft.Facts[0]).Distinct(StringComparer.Ordinal)]);

        List<Draft> Write(Part part) => new SeededRandom(seed, $"order {part}").Shuffled(sources
            .SelectMany(s => s.Source.Write(part, split, new SeededRandom(seed, $"{part} {s.Name}")))
            .Where(draft => comparisons || !draft.ComparesChoices)
            .DistinctBy(draft => draft.Content));

        bool IsTaught(Draft draft) => draft.Facts.All(taught.Contains);

        IReadOnlyList<MiniScienceItem> Number(string part, IEnumerable<Draft> drafts) =>
            [.. drafts.Select((draft, i) => ToItem($"mini-{part}-{i + 1:0000}", draft, ending))];
    }

    /// <summary>
    /// Writes the data set's own tokenizer, a SentencePiece Unigram model that keeps each word of the world whole
    /// (pad 0, end of sequence 1, unknown 2), as <c>spiece.model</c>.
    /// </summary>
    /// <param name="directory">Where to; made if it is missing. A file that is there already is replaced.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static string WriteTokenizer(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        var path = Path.Combine(directory, "spiece.model");
        using var source = typeof(MiniScience).Assembly.GetManifestResourceStream("mini-science.model")!;
        using var file = new AtomicFile.Pending(path);
        source.CopyTo(file.Stream);
        file.Commit();
        return path;
    }

    /// <summary>A question of any part with its rationale, family, aspect and cell.</summary>
    /// <param name="id">The question's identifier.</param>
    /// <returns><see langword="null"/> where no part holds a question with this identifier.</returns>
    public MiniScienceItem? Find(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return _items.GetValueOrDefault(id);
    }

    private static MiniScienceItem ToItem(string id, Draft draft, RationaleEnding ending)
    {
        var choices = draft.Options.Select((text, i) => new Choice(((char)('A' + i)).ToString(), text)).ToArray();
        var question = new ScienceQuestion(id, draft.Stem, choices) { AnswerLabel = choices.Single(choice => choice.Text == draft.Answer).Label };
        var rationale = ending == RationaleEnding.Answer ? $"{draft.Rationale} So the best choice is {draft.Answer}." : draft.Rationale;
        return new MiniScienceItem(question, rationale, draft.Family, draft.Aspect, draft.Cell);
    }
}
