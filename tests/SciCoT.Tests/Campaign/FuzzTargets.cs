using System.Text;
using SciCoT.Checkpoints;
using SciCoT.Evaluation;
using SciCoT.Models;
using SciCoT.Models.T5;
using SciCoT.Prompting;
using SciCoT.Questions;
using SciCoT.Rationales;
using SciCoT.Students;
using SciCoT.Teaching;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Campaign;

/// <summary>Every reader of files and texts from outside.</summary>
internal static class FuzzTargets
{
    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which keeps its own shape?", "ice", "steam", "water");

    public static IReadOnlyList<FuzzTarget> All { get; } = [.. Data(), .. Records(), .. Settings(), .. Weights(), .. Texts()];

    private static IEnumerable<FuzzTarget> Data()
    {
        const string Row = """{"id":"q1","stem":"Which rusts?","context":"Rain falls.","choices":[{"label":"A","text":"iron"},{"label":"B","text":"wood"}],"answer":"A"}""" + "\n";
        const string Arc = """{"id":"q1","question":{"stem":"Which rusts?","choices":[{"text":"iron","label":"A"},{"text":"wood","label":"B"}]},"answerKey":"A"}""" + "\n";
        const string HuggingFace = """{"id":"q1","question":"Which rusts?","choices":{"text":["iron","wood"],"label":["A","B"]},"answerKey":"A"}""" + "\n";
        const string SciQ = """[{"question":"What rusts?","distractor1":"wood","distractor2":"glass","distractor3":"clay","correct_answer":"iron","support":"Iron rusts."}]""";
        const string ScienceQa = """{"1":{"question":"What rusts?","choices":["iron","wood"],"answer":0,"hint":"","image":null,"split":"train","lecture":"","solution":"Iron does."}}""";
        const string Csv = "id,stem,A,B,answer\nq1,Which rusts?,iron,wood,A\nq2,\"Which, then, melts?\",ice,\"a \"\"stone\"\"\",A\n";

        yield return Reader("questions.jsonl", [Row + Row.Replace("q1", "q2"), Row], path => QuestionFile.Read(path).Count());
        yield return Reader("arc.jsonl", [Arc, HuggingFace], path => ArcReader.Read(path).Count());
        yield return Reader("qasc.jsonl", [Arc, HuggingFace], path => QascReader.Read(path).Count());
        yield return Reader("csqa.jsonl", [Arc, HuggingFace], path => CommonsenseQaReader.Read(path).Count());
        yield return Reader("sciq.json", [SciQ], path => SciQReader.Read(path).Count());
        yield return Reader("scienceqa.json", [ScienceQa], path => ScienceQaReader.Read(path).Count());
        yield return Reader("questions.csv", [Csv, Csv.Replace(',', ';')], path => QuestionCsv.Read(path).Count());
        yield return new("parquet", "questions.parquet", [Questions.ParquetSets.Arc, Questions.ParquetSets.ScienceQa, .. Directory.EnumerateFiles(TestFiles.Data("Parquet"), "*.parquet").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)], path => _ = QuestionReader.Read(path, new() { OnBadRow = _ => { } }).Count(), Share: 2);
        yield return Reader("skipped.jsonl", [Row + Arc + Row], path =>
        {
            QuestionFile.Read(path, onBadRow: _ => { }).Count();
            throw new InvalidFileException("read to its end"); // a bad row never ends the reading
        });
    }

    private static IEnumerable<FuzzTarget> Records()
    {
        const string Published = """{"id":"q1","rationale":"Iron rusts in rain.","prediction":"A"}""" + "\n";
        var record = Store();
        yield return Reader("rationales.jsonl", [record], path => RationaleFile.Read(path).Count());
        yield return Reader("published.jsonl", [Published], path => PublishedRationales.Read(path).Count());
        yield return Reader("predictions.jsonl", [Predictions()], path => PredictionFile.Read(path).Count);
    }

    private static IEnumerable<FuzzTarget> Settings()
    {
        yield return Reader("config.json", [Golden("tiny-t5-v1_1", "config.json"), Golden("tiny-t5-original", "config.json")], path => T5Config.Load(path));
        yield return Reader("generation_config.json", [Golden("tiny-t5-v1_1", "generation_config.json")], path => GenerationConfig.Read(Path.GetDirectoryName(path)!));
        yield return Reader("model.safetensors.index.json", ["""{"metadata":{"total_size":8},"weight_map":{"shared.weight":"a.safetensors","lm_head.weight":"b.safetensors"}}"""], path => ShardIndex.Read(path));
        yield return Reader("adapter_config.json", ["""{"peft_type":"LORA","r":8,"lora_alpha":16,"lora_dropout":0.1,"target_modules":["q","v"],"bias":"none","task_type":"SEQ_2_SEQ_LM","modules_to_save":null}"""], path => LoraConfig.Load(path));
        yield return Reader("scicot.json", ["""{"format":1,"layout":1,"labels":["A","B"],"baseModel":"flan-t5-small","scores":{"accuracy":0.5}}"""], path => SciCoTModelFolder.ReadManifest(Path.GetDirectoryName(path)!));
    }

    private static IEnumerable<FuzzTarget> Weights()
    {
        yield return new("safetensors", "model.safetensors", [Safetensors()], path =>
        {
            using var stream = File.OpenRead(path);
            SafetensorsHeader.Read(path, stream);
        });
        yield return new("pickle", "pytorch_model.bin", [File.ReadAllBytes(TestFiles.Data("Golden", "tiny-t5-v1_1", "pytorch_model.bin"))], path => new PickleFile(path).Dispose(), Share: 1);
        yield return new("int8 export", "model.safetensors", [Export()], path =>
        {
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(path)!, "config.json"), Golden("tiny-t5-v1_1", "config.json"));
            T5InferenceModel.Load(Path.GetDirectoryName(path)!).Dispose();
        }, Share: 1);
        yield return new("spiece", "spiece.model", [File.ReadAllBytes(TestFiles.Data("Tokenizer", "tiny-identity.model"))], path => T5Tokenizer.Load(path), Share: 2);
        yield return Reader("tokenizer.json", [TokenizerJson()], path => T5Tokenizer.Load(path));
    }

    private static IEnumerable<FuzzTarget> Texts()
    {
        const string Reply = "<think>Let me see.</think>\nIce is a solid, so it keeps its own shape.\nThe answer is (A) ice.\n\\boxed{A}";
        const string Json = """{"rationale":"Ice is a solid: \\frac{1}{2} of it.","answer":"A"}""";
        yield return Reader("typed-question.txt", ["Which rusts? (A) iron (B) wood", "Which rusts?\nA. iron\nB. wood"], path => ScienceQuestion.Parse(ReadText(path)));
        yield return Text("reply.txt", [Reply, Json], text => AnswerExtraction.Read(Question, text));
        yield return Text("decision.txt", [Reply], text => AnswerExtraction.ReadDecision(Question, text));
        yield return Text("json-reply.txt", [Json], text => JsonReply.Read(Question, text));

        // Texts are never refused.
        static FuzzTarget Text(string name, string[] seeds, Action<string> read) => Reader(name, seeds, path =>
        {
            read(ReadText(path));
            throw new InvalidFileException("read to its end");
        });
    }

    private static FuzzTarget Reader<T>(string fileName, string[] seeds, Func<string, T> read) => Reader(fileName, seeds, path => { _ = read(path); });

    private static FuzzTarget Reader(string fileName, string[] seeds, Action<string> read) =>
        new(fileName, fileName, [.. seeds.Select(Encoding.UTF8.GetBytes)], read);

    private static string ReadText(string path) => Encoding.UTF8.GetString(File.ReadAllBytes(path));

    private static string Golden(string model, string file) => File.ReadAllText(TestFiles.Data("Golden", model, file));

    private static byte[] Safetensors()
    {
        var header = Encoding.UTF8.GetBytes("""{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"BF16","shape":[4],"data_offsets":[16,24]}}""");
        return [.. BitConverter.GetBytes((long)header.Length), .. header, .. new byte[24]];
    }

    private static byte[] Export()
    {
        using var folder = new TempFolder();
        using var model = T5InferenceModel.Load(Path.GetDirectoryName(TestFiles.Data("Golden", "tiny-t5-v1_1", "config.json"))!, WeightFormat.Int8);
        model.Save(folder.Path);
        return File.ReadAllBytes(folder.File("model.safetensors"));
    }

    private static string TokenizerJson() => """
        {"version":"1.0","added_tokens":[{"id":0,"content":"<pad>","special":true},{"id":1,"content":"</s>","special":true},{"id":2,"content":"<unk>","special":true}],
        "normalizer":null,"pre_tokenizer":{"type":"Metaspace","replacement":"▁","prepend_scheme":"always","split":true},
        "model":{"type":"Unigram","unk_id":2,"vocab":[["<pad>",0.0],["</s>",0.0],["<unk>",0.0],["▁",-2.0],["a",-3.0],["▁ab",-4.5],["b",-3.5]],"byte_fallback":false}}
        """;

    private static string Store()
    {
        using var folder = new TempFolder();
        var path = folder.File("r.jsonl");
        var store = JsonLinesRationaleStore.Open(path);
        try
        {
            var annotator = new RationaleAnnotator(new AlwaysIce(), store, new AnnotationSettings { Teacher = "t" });
            annotator.AnnotateAsync([Question with { Id = "q1", AnswerLabel = "A" }, Question with { Id = "q2", AnswerLabel = "B" }]).GetAwaiter().GetResult();
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        return File.ReadAllText(path);
    }

    private static string Predictions()
    {
        using var folder = new TempFolder();
        var path = folder.File("p.jsonl");
        var outcome = QuestionOutcome.Judge(Question with { Id = "q1", AnswerLabel = "A" }, "A", "ice") with { Probabilities = [0.5, 0.3, 0.2], Rationale = "Ice is a solid." };
        PredictionFile.Write(path, [new SystemResult { System = "two-stage", Outcomes = [outcome] }]);
        return File.ReadAllText(path);
    }

    private sealed class AlwaysIce : ITeacherPrompter
    {
        public Task<TeacherReply> ExplainAsync(TeacherRequest request, CancellationToken cancellationToken = default) =>
            Task.FromResult(new TeacherReply("Ice is a solid.", "A") { Teacher = "t", Model = "m", Reply = "Ice is a solid.\nThe answer is (A)." });
    }
}
