namespace SciCoT.Testing.World;

/// <summary>
/// What one table of the world knows: things, each with its kind ("a nail is steel"), and for each kind what follows
/// from it under several aspects ("a magnet attracts steel").
/// </summary>
/// <param name="Name">The topic, for example <c>material</c>; unique.</param>
/// <param name="Family">The family of its single-thing questions.</param>
/// <param name="Table">One line a kind: <c>kind: thing, thing, …</c>.</param>
/// <param name="Link">The fact that gives a thing its kind; places <c>{a}</c> (the thing with its article), <c>{is}</c>, <c>{k}</c> (the kind), <c>{ak}</c> (the kind with its article).</param>
/// <param name="Aspects">What can be asked.</param>
internal sealed record Topic(string Name, string Family, string Table, string Link, IReadOnlyList<Aspect> Aspects)
{
    /// <summary>How the things are called together in "three …".</summary>
    public required string Noun { get; init; }

    /// <summary>Two ways to ask for the odd one out; empty when it is not asked.</summary>
    public IReadOnlyList<string> OddStems { get; init; } = [];

    /// <summary>Things that take "the" rather than "a".</summary>
    public bool Definite { get; init; }

    /// <summary>Things that are plural ("the lungs are …"), separated by commas.</summary>
    public string PluralThings { get; init; } = "";

    /// <summary>The things with their kinds, in the order of the table.</summary>
    public IReadOnlyList<(string Thing, string Kind)> Things { get; } = Parse(Table);

    public string Article(string thing) => Definite ? "the " + thing : English.Indefinite(thing);

    /// <summary>The fact "a nail is steel", without capital and full stop.</summary>
    public string LinkFact(string thing, string kind) => Link
        .Replace("{a}", Article(thing), StringComparison.Ordinal)
        .Replace("{is}", Lists(PluralThings, thing) ? "are" : "is", StringComparison.Ordinal)
        .Replace("{ak}", English.Indefinite(kind), StringComparison.Ordinal)
        .Replace("{k}", kind, StringComparison.Ordinal);

    /// <summary>The things that an aspect, in any form, asks about.</summary>
    public IEnumerable<(string Thing, string Kind)> Under(Aspect aspect) =>
        Things.Where(t => !Lists(aspect.Except, t.Thing) && aspect.AsksAbout(t.Kind));

    public Cell CellOf(Aspect aspect, string thing, string kind) => new(thing, aspect.Name, kind);

    /// <summary>Whether a comma-separated list holds a name.</summary>
    public static bool Lists(string list, string name) =>
        list.Split(',', StringSplitOptions.TrimEntries).Contains(name, StringComparer.Ordinal);

    private static List<(string, string)> Parse(string table)
    {
        var things = new List<(string, string)>();
        foreach (var line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            int colon = line.IndexOf(':');
            foreach (var thing in line[(colon + 1)..].Split(',', StringSplitOptions.TrimEntries))
                things.Add((thing, line[..colon]));
        }

        return things;
    }
}

/// <summary>One thing that can be asked about every thing of a topic.</summary>
/// <param name="Name">The aspect; unique within the world.</param>
/// <param name="Stems">Three ways to ask it of one thing; places <c>{N}</c> (a name), <c>{a}</c> (the thing with its article).</param>
/// <param name="Outcomes">The answer for each kind; kinds that are not listed are not asked.</param>
/// <param name="Distractors">Options that are never right, to fill up to four.</param>
/// <param name="Rules">Questions about several things under this aspect.</param>
internal sealed record Aspect(
    string Name, IReadOnlyList<string> Stems, IReadOnlyList<Outcome> Outcomes, IReadOnlyList<string> Distractors, params IReadOnlyList<Rule> Rules)
{
    /// <summary>Things for which the aspect is doubtful, separated by commas.</summary>
    public string Except { get; init; } = "";

    /// <summary>A ranking of kinds under this aspect, if there is one.</summary>
    public Ranking? Ranking { get; init; }

    public bool AsksAbout(string kind) =>
        Of(kind) is not null || Rules.Any(rule => rule.Decides(kind) is not null) || (Ranking is not null && Topic.Lists(Ranking.Kinds, kind));

    public Outcome? Of(string kind) => Outcomes.FirstOrDefault(outcome => Topic.Lists(outcome.Kinds, kind));
}

/// <summary>What follows from a kind.</summary>
/// <param name="Kinds">The kinds, separated by commas.</param>
/// <param name="Facts">What is true of the kind, separated by semicolons; places <c>{k}</c> (the kind), <c>{p}</c> (its plural). The last fact decides.</param>
/// <param name="Answer">The option that is right.</param>
internal sealed record Outcome(string Kinds, string Facts, string Answer)
{
    public IEnumerable<string> FactsAbout(string kind) => Facts.Split(';', StringSplitOptions.TrimEntries).Select(fact => fact
        .Replace("{k}", kind, StringComparison.Ordinal)
        .Replace("{p}", English.Plural(kind), StringComparison.Ordinal));
}

/// <summary>A property that some kinds have and others lack, for questions whose answer depends on the choices.</summary>
/// <param name="Yes">The kinds that have it, separated by commas.</param>
/// <param name="No">The kinds that lack it; kinds in neither list are left out as doubtful.</param>
/// <param name="Fact">The rule that decides.</param>
/// <param name="One">The property said of one thing: "conducts electricity".</param>
/// <param name="Not">The property denied: "does NOT conduct electricity".</param>
internal sealed record Rule(string Yes, string No, string Fact, string One, string Not)
{
    /// <summary>Whether a kind has the property; <see langword="null"/> where it is doubtful.</summary>
    public bool? Decides(string kind) => Topic.Lists(Yes, kind) ? true : Topic.Lists(No, kind) ? false : null;
}

/// <summary>Three kinds that differ in degree.</summary>
/// <param name="Kinds">The kinds from least to most, separated by commas.</param>
/// <param name="Fact">The fact that ranks them.</param>
/// <param name="LeastStems">Ways to ask for the least; place <c>{N}</c>.</param>
/// <param name="MostStems">Ways to ask for the most; place <c>{N}</c>.</param>
internal sealed record Ranking(string Kinds, string Fact, IReadOnlyList<string> LeastStems, IReadOnlyList<string> MostStems);
