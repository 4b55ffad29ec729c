using System.Text.Json;
using SciCoT.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SciCoT.Tests.Models;

/// <summary>Forward and backward of two small models, gated with a head of its own and plain with a tied one, number by number.</summary>
public class T5GoldenTests
{
    [Theory]
    [MemberData(nameof(Golden.Models), MemberType = typeof(Golden))]
    public void Weights_AreThoseOfTheFile(string model)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(model);
        var parameters = golden.Model.state_dict();
        foreach (var expected in golden.Root.GetProperty("parameters").EnumerateArray())
        {
            var parameter = parameters[expected.GetProperty("name").GetString()!];
            Assert.Equal(Golden.Numbers(expected.GetProperty("shape")), parameter.shape.Select(size => (double)size));
            Golden.CloseSums(expected, parameter, 1e-8);
            Golden.Close(expected.GetProperty("first"), parameter.flatten().narrow(0, 0, 3), 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), MemberType = typeof(Golden))]
    public void Logits_AreThoseOfTheReference(string model, string name)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(model);
        var data = golden.Case(name);
        var expected = data.GetProperty("logits");
        var targets = Targets(data);
        var logits = Logits(golden.Model, data);

        Assert.Equal(Golden.Numbers(expected.GetProperty("shape")), logits.shape.Select(size => (double)size));
        Golden.CloseSums(expected.GetProperty("all_positions"), logits, 2e-6);
        Golden.CloseSums(expected.GetProperty("target_positions"), logits[targets], 2e-6);
        Golden.Close(expected.GetProperty("batch0_pos0_first16"), logits[0, 0].narrow(0, 0, 16), 3e-5);
        Golden.Close(expected.GetProperty("batch0_last_target_first16"), logits[0][targets[0]][-1].narrow(0, 0, 16), 3e-5);
        Golden.Close(expected.GetProperty("argmax"), logits.argmax(2), 0);
        if (expected.TryGetProperty("full", out var full))
            Golden.Close(full, logits, 3e-5);
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), MemberType = typeof(Golden))]
    public void Loss_IsThatOfTheReference(string model, string name)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(model);
        var data = golden.Case(name);
        Assert.Equal(data.GetProperty("loss").GetDouble(), Loss(golden.Model, data).ToDouble(), 2e-6);

        var logits = Logits(golden.Model, data).to_type(ScalarType.Float64).flatten(0, 1);
        var labels = Golden.Ids(data.GetProperty("labels")).flatten();
        var likelihoods = nn.functional.cross_entropy(logits, labels, ignore_index: T5Model.IgnoredLabel, reduction: nn.Reduction.None);
        Golden.Close(data.GetProperty("token_nll"), likelihoods, 3e-5);
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), MemberType = typeof(Golden))]
    public void DecoderInput_IsTheLabelsShifted(string model, string name)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(model);
        var data = golden.Case(name);
        Golden.Close(data.GetProperty("decoder_input_ids"), golden.Model.ShiftRight(Golden.Ids(data.GetProperty("labels"))), 0);
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), MemberType = typeof(Golden))]
    public void HiddenStates_AreThoseOfTheReference(string model, string name)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(model);
        var data = golden.Case(name);
        var mask = Golden.Ids(data.GetProperty("attention_mask"));
        List<Tensor> encoderStates = [], decoderStates = [];
        var memory = golden.Model.Encode(Golden.Ids(data.GetProperty("input_ids")), mask, encoderStates.Add);
        golden.Model.Decode(Golden.Ids(data.GetProperty("decoder_input_ids")), memory, mask, decoderStates.Add);

        var expected = data.GetProperty("encoder_last_hidden_state");
        Golden.CloseSums(expected.GetProperty("all_positions"), memory, 2e-6);
        Golden.CloseSums(expected.GetProperty("unmasked_positions"), memory[mask == 1], 2e-6);
        Golden.Close(expected.GetProperty("batch0_pos0"), memory[0, 0], 1e-5);
        Golden.Close(expected.GetProperty("batch0_last_unmasked"), memory[0][mask[0] == 1][-1], 1e-5);
        Golden.Close(expected.GetProperty("last_batch_pos0_first8"), memory[-1, 0].narrow(0, 0, 8), 1e-5);
        if (expected.TryGetProperty("full", out var full))
            Golden.Close(full, memory, 1e-5);

        CloseSquares(data.GetProperty("encoder_hidden_states_sq_sum_unmasked"), encoderStates, mask == 1);
        CloseSquares(data.GetProperty("decoder_hidden_states_sq_sum_target"), decoderStates, Targets(data));
    }

    [Theory]
    [MemberData(nameof(Golden.Cases), MemberType = typeof(Golden))]
    public void Gradients_AreThoseOfTheReference(string model, string name)
    {
        using var scope = NewDisposeScope();
        using var golden = new Golden(model);
        var data = golden.Case(name);
        golden.Model.train();
        Loss(golden.Model, data).backward();

        var gradients = golden.Model.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!);
        var expected = data.GetProperty("grad");
        Assert.Equal(expected.GetProperty("norm").EnumerateObject().Select(p => p.Name).Order(), gradients.Keys.Order());
        double total = expected.GetProperty("total_norm").GetDouble();
        Assert.Equal(total, Math.Sqrt(gradients.Values.Sum(g => Golden.Numbers(g).Sum(x => x * x))), 1e-5 * total);
        foreach (var (parameter, gradient) in gradients)
        {
            var values = Golden.Numbers(gradient);
            double norm = expected.GetProperty("norm").GetProperty(parameter).GetDouble();
            Assert.Equal(norm, Math.Sqrt(values.Sum(x => x * x)), 2e-5 * norm);
            // A sum of n numbers is off by about √n times as much as one of them.
            Assert.Equal(expected.GetProperty("sum").GetProperty(parameter).GetDouble(), values.Sum(), 1e-5 * norm * Math.Sqrt(values.Length));
        }

        Golden.Close(expected.GetProperty("shared_row1_first8"), gradients["shared.weight"][1].narrow(0, 0, 8), 1e-5);
        Golden.Close(expected.GetProperty("encoder_relative_attention_bias"), gradients["encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight"], 1e-5);
    }

    private static void CloseSquares(JsonElement expected, List<Tensor> states, Tensor counted)
    {
        Assert.Equal(expected.GetArrayLength(), states.Count);
        for (int i = 0; i < states.Count; i++)
        {
            double squares = expected[i].GetDouble();
            Assert.Equal(squares, Golden.Numbers(states[i][counted]).Sum(x => x * x), 2e-6 * squares);
        }
    }

    private static Tensor Targets(JsonElement data) => Golden.Ids(data.GetProperty("labels")) != T5Model.IgnoredLabel;

    private static Tensor Logits(T5Model model, JsonElement data) =>
        model.forward(Golden.Ids(data.GetProperty("input_ids")), Golden.Ids(data.GetProperty("attention_mask")), Golden.Ids(data.GetProperty("decoder_input_ids")));

    private static Tensor Loss(T5Model model, JsonElement data) =>
        model.Loss(Golden.Ids(data.GetProperty("input_ids")), Golden.Ids(data.GetProperty("attention_mask")), Golden.Ids(data.GetProperty("labels")));
}
