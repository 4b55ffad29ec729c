namespace SciCoT.Testing.World.Topics;

/// <summary>Places, the half of the earth they lie in, and the seasons of their months (by the calendar of meteorologists).</summary>
internal static class Seasons
{
    public static readonly IReadOnlyList<(string Place, string Half)> Places =
    [
        .. In("northern", "Canada", "Germany", "Japan", "France", "Italy", "Poland", "Spain", "Greece", "Denmark", "Hungary"),
        .. In("southern", "Chile", "Argentina", "Uruguay", "New Zealand", "South Africa", "Tasmania", "Lesotho", "Patagonia"),
    ];

    public static readonly IReadOnlyList<string> Months =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

    /// <summary>What can be asked about a place in a month; each answer belongs to one season.</summary>
    public static readonly IReadOnlyList<SeasonQuestion> Questions =
    [
        new("trees",
            ["{N} visits {place} in {month}. What do leafy trees look like?", "What would {N} see on leafy trees in {place} in {month}?"],
            [
                new("winter", "leafy trees rest in winter", "bare branches"),
                new("spring", "leafy trees bud in spring", "fresh shoots on the twigs"),
                new("summer", "leafy trees are full in summer", "a thick green crown"),
                new("autumn", "leafy trees fade in autumn", "red leaves that fall"),
            ],
            []),
        new("apples",
            ["{N} walks past apple trees in {place} in {month}. What is seen?", "What is going on at an apple farm in {place} in {month}?"],
            [
                new("winter", "apple trees rest in winter", "workers cut bare twigs"),
                new("spring", "apple trees bloom in spring", "bees visit white blossoms"),
                new("summer", "apples grow in summer", "small green apples get bigger"),
                new("autumn", "apples are ripe in autumn", "people fill baskets with fruit"),
            ],
            []),
        new("daylight",
            ["{N} compares day and night in {place} in {month}. What is found?", "What is true of days and nights in {place} in {month}?"],
            [
                new("winter", "the sun sets early in winter", "the dark hours are more than the light ones"),
                new("summer", "the sun sets late in summer", "the light hours are more than the dark ones"),
            ],
            ["both have the same length in every month", "no place on earth ever has a dark hour"]),
        new("tilt",
            ["How is {place} tilted in {month}?", "{N} turns a globe to show {place} in {month}. How must it be tilted?"],
            [
                new("winter", "in winter a place leans away from the sun", "its half faces away from the light"),
                new("summer", "in summer a place leans toward the sun", "its half faces toward the light"),
            ],
            ["the earth stands straight in every month", "only the moon is tilted"]),
    ];

    public static string Of(string month, string half)
    {
        string[] seasons = ["winter", "spring", "summer", "autumn"];
        int north = (Months.ToList().IndexOf(month) + 1) % 12 / 3;
        return seasons[half == "northern" ? north : (north + 2) % 4];
    }

    public static string PlaceFact(string place, string half) => $"{place} is in the {half} half";

    public static string MonthFact(string month, string half) => $"{month} is {Of(month, half)} in the {half} half";

    private static IEnumerable<(string, string)> In(string half, params string[] places) => places.Select(place => (place, half));
}

/// <summary>A question about a place in a month.</summary>
/// <param name="Name">What is asked.</param>
/// <param name="Stems">Ways to ask it; places <c>{N}</c>, <c>{place}</c>, <c>{month}</c>.</param>
/// <param name="Outcomes">The answer for each season; seasons that are not listed are not asked.</param>
/// <param name="Distractors">Options that are never right.</param>
internal sealed record SeasonQuestion(string Name, IReadOnlyList<string> Stems, IReadOnlyList<Outcome> Outcomes, IReadOnlyList<string> Distractors);
