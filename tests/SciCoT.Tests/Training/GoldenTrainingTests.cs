using System.Text.Json;
using SciCoT.Models;
using SciCoT.Tests.Support;
using SciCoT.Training;
using SciCoT.Training.Optimizers;
using static TorchSharp.torch;

namespace SciCoT.Tests.Training;

/// <summary>Five steps of training against the reference's numbers.</summary>
public class GoldenTrainingTests
{
    public static TheoryData<string, string> Runs => new MatrixTheoryData<string, string>(
        ["tiny-t5-v1_1", "tiny-t5-original"], ["adamw", "adafactor", "adafactor_no_clip"]);

    [Theory]
    [MemberData(nameof(Runs))]
    public void FiveSteps_FollowTheReference(string modelName, string key)
    {
        var folder = TestFiles.Data("Golden", modelName);
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")));
        var cases = document.RootElement.GetProperty("cases").EnumerateArray().ToDictionary(c => c.GetProperty("name").GetString()!, Examples);
        var expected = document.RootElement.GetProperty("training").GetProperty(key);

        using var model = T5Model.Load(folder);
        model.train();
        bool adam = key == "adamw";
        var groups = ParameterGroup.Of(model, adam ? 0.01 : 0, decayNorms: true, decayPositionBias: true);
        using IOptimizer optimizer = adam ? new AdamW(groups, 0.9, 0.999, 1e-8) : new Adafactor(groups, new AdafactorOptions());
        var step = new TrainingStep(model, groups, optimizer, Number(expected, "grad_clip_norm"), labelSmoothing: 0);

        var batches = expected.GetProperty("batches").EnumerateArray().Select(b => cases[b.GetString()!]).ToArray();
        for (int i = 0; i < batches.Length; i++)
        {
            var (loss, norm, _) = step.Run(batches[i], [Indices(batches[i])], 1e-3);
            Close(expected.GetProperty("loss")[i].GetDouble(), loss, 1e-5);
            Close(expected.GetProperty("grad_norm_before_clip")[i].GetDouble(), norm, 2e-4);
        }

        model.eval();
        foreach (var final in expected.GetProperty("final_eval_loss").EnumerateObject())
            Close(final.Value.GetDouble(), new ValidationSet(cases[final.Name], new(cases[final.Name], 8, null)).Loss(model, TestContext.Current.CancellationToken), 2e-5);
        CheckParameters(model, expected.GetProperty("final_parameters"), adam ? 1e-4 : 1e-5);
    }

    /// <summary>
    /// Under AdamW an element whose gradient is almost zero moves by up to the learning rate either way, so that sums are
    /// compared against the sum of absolute values.
    /// </summary>
    private static void CheckParameters(T5Model model, JsonElement expected, double tolerance)
    {
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Assert.Equal(expected.GetArrayLength(), parameters.Count);
        foreach (var entry in expected.EnumerateArray())
        {
            using var scope = NewDisposeScope();
            var values = parameters[entry.GetProperty("name").GetString()!].detach().to_type(ScalarType.Float64);
            double absolute = entry.GetProperty("abs_sum").GetDouble();
            Close(absolute, values.abs().sum().item<double>(), tolerance);
            Close(entry.GetProperty("sq_sum").GetDouble(), values.square().sum().item<double>(), tolerance);
            Assert.Equal(entry.GetProperty("sum").GetDouble(), values.sum().item<double>(), tolerance * absolute);
        }
    }

    private static Seq2SeqExample[] Examples(JsonElement item)
    {
        var sources = Rows(item.GetProperty("input_ids"));
        var masks = Rows(item.GetProperty("attention_mask"));
        var labels = Rows(item.GetProperty("labels"));
        return [.. sources.Select((row, i) => new Seq2SeqExample($"row {i}", [.. row.Where((_, n) => masks[i][n] == 1)], [.. labels[i].Where(id => id >= 0)]))];

        static int[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(r => r.EnumerateArray().Select(v => v.GetInt32()).ToArray())];
    }

    private static int[] Indices(Seq2SeqExample[] examples) => [.. Enumerable.Range(0, examples.Length)];

    private static double? Number(JsonElement item, string name) =>
        item.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : null;

    private static void Close(double expected, double actual, double relative) =>
        Assert.Equal(expected, actual, relative * Math.Max(1, Math.Abs(expected)));
}
