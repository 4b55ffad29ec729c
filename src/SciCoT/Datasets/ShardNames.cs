using System.Globalization;
using System.Text.RegularExpressions;

namespace SciCoT.Datasets;

/// <summary>Shards say of how many they are one, so that a split that lacks some is not read as if it were whole.</summary>
internal static partial class ShardNames
{
    /// <exception cref="DatasetException">A split lacks shards.</exception>
    public static void CheckWhole(DatasetName name, IReadOnlyList<DatasetSplit> splits)
    {
        foreach (var split in splits)
        {
            foreach (var series in split.Files.Select(file => Number().Match(file)).Where(match => match.Success).GroupBy(match => match.Groups["before"].Value))
            {
                int all = int.Parse(series.First().Groups["all"].Value, CultureInfo.InvariantCulture);
                if (series.Count() < all)
                    throw new DatasetException($"{name}: of {split.Configuration}/{split.Name} {series.Count()} of {all} shards are there ({series.Key}…). Download the data set again with a network.");
            }
        }
    }

    [GeneratedRegex(@"\A(?<before>.{0,1000})-\d{5}-of-(?<all>\d{5})\b")]
    private static partial Regex Number();
}
