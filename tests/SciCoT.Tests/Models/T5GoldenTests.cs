using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

public class T5GoldenTests
{
    public static TheoryData<string, string> Cases { get; } = new(
        from model in new[] { Golden.Gated, Golden.Original }
        from name in new[] { "small_full_logits", "ragged_long", "ragged_mid", "single_no_padding" }
        select (model, name));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_Is_that_of_the_reference(string model, string name)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(model);
        var data = golden.Case(name);
        using var loss = golden.Model.Loss(Golden.Ids(data.GetProperty("input_ids")), Golden.Ids(data.GetProperty("attention_mask")), Golden.Ids(data.GetProperty("labels")));
        Assert.Equal(data.GetProperty("loss").GetDouble(), loss.ToDouble(), 5e-6);
    }
}
