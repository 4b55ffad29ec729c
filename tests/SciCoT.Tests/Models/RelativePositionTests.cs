using System.Text.Json;
using SciCoT.Models;
using SciCoT.Models.Layers;
using SciCoT.Models.T5;
using SciCoT.Tests.Support;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

public class RelativePositionTests
{
    private static readonly JsonElement Reference = Read();

    public static TheoryData<int> Settings { get; } = [.. Enumerable.Range(0, Reference.GetArrayLength())];

    [Theory]
    [MemberData(nameof(Settings))]
    public void Bucket_IsThatOfTheReference(int setting)
    {
        var expected = Reference[setting];
        int first = expected.GetProperty("relative_position_first").GetInt32();
        var buckets = Enumerable.Range(first, expected.GetProperty("bucket").GetArrayLength()).Select(position => RelativePosition.Bucket(
            position,
            expected.GetProperty("bidirectional").GetBoolean(),
            expected.GetProperty("num_buckets").GetInt32(),
            expected.GetProperty("max_distance").GetInt32()));
        Assert.Equal(expected.GetProperty("bucket").EnumerateArray().Select(b => b.GetInt32()), buckets);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Buckets_HoldsTheBucketOfEachPair(bool bidirectional)
    {
        using var table = RelativePositionTable.Buckets(5, 300, bidirectional, 32, 128, CPU);
        Assert.Equal([5, 300], table.shape);
        Assert.Equal(
            from query in Enumerable.Range(0, 5)
            from key in Enumerable.Range(0, 300)
            select (double)RelativePosition.Bucket(key - query, bidirectional, 32, 128),
            Golden.Numbers(table));
    }

    private static JsonElement Read()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Data("Golden", "misc.json")));
        return document.RootElement.GetProperty("relative_position_buckets").Clone();
    }
}
