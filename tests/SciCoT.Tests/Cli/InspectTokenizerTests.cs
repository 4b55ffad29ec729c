using SciCoT.Models;
using SciCoT.Students;

namespace SciCoT.Tests.Cli;

public class InspectTokenizerTests(TinyModelFolder model) : IClassFixture<TinyModelFolder>
{
    [Fact]
    public async Task AddedTokens_AreListed()
    {
        var folder = model.File(SciCoTModelFolder.AnswerStudent);
        File.WriteAllText(Path.Combine(folder, "added_tokens.json"), """{"⟨": 5000, "<think>": 5001}""");
        File.WriteAllText(Path.Combine(folder, "special_tokens_map.json"), """{"additional_special_tokens": ["<think>"]}""");

        var inspected = (await Commands.RunAsync(["inspect", folder, "--json"])).Succeeded().Json;

        var tokens = inspected["addedTokens"]!.AsArray();
        Assert.Equal([(5000, "⟨", "normalized"), (5001, "<think>", "special")], tokens.Select(t => ((int)t!["id"]!, (string)t["text"]!, (string)t["flags"]!)));
        Assert.Equal(5002, (int)inspected["tokenizerIds"]!);
        Assert.Contains("<think>", (await Commands.RunAsync(["inspect", folder])).Succeeded().Output);
    }

    [Fact]
    public void ModelWithoutRowsForAddedTokens_IsRefusedWithTheRemedy()
    {
        using var folder = new TinyModelFolder();
        var student = folder.File(SciCoTModelFolder.AnswerStudent);
        File.WriteAllText(Path.Combine(student, "added_tokens.json"), """{"⟨": 5000}""");

        Assert.Contains("resize_token_embeddings", Assert.Throws<InvalidFileException>(() => T5TextModel.Load(student)).Message);
    }
}
