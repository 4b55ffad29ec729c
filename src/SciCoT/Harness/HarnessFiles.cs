using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SciCoT.Evaluation;
using SciCoT.Harness.Python;
using SciCoT.IO;
using SciCoT.Prompting;

namespace SciCoT.Harness;

/// <summary>
/// Writes an evaluation in the form of lm-evaluation-harness, so that what reads its files reads these: <c>results_….json</c> and
/// <c>samples_&lt;task&gt;_….jsonl</c> in a folder named after the model, with the harness' field names and hashes.
/// </summary>
public static partial class HarnessFiles
{
    private const string Filter = "none";
    private const int BootstrapIterations = 100_000; // stated by the harness; the error of a mean has a closed form

    /// <summary>Writes both files.</summary>
    /// <param name="run">The evaluation.</param>
    /// <param name="directory">The folder under which the model's folder is made.</param>
    /// <returns>The paths of the two files.</returns>
    /// <exception cref="ArgumentException">An outcome has no log-likelihoods, or requests and outcomes do not belong together.</exception>
    /// <exception cref="IOException">A file could not be written.</exception>
    public static (string Results, string Samples) Write(HarnessRun run, string directory)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        if (run.Requests.Count == 0 || run.Requests.Count != run.Outcomes.Count || run.Requests.Zip(run.Outcomes).Any(pair => pair.First.Question.Id != pair.Second.QuestionId))
            throw new ArgumentException("Each request needs its outcome, in the same order.", nameof(run));
        if (run.Outcomes.FirstOrDefault(outcome => outcome.LogLikelihoods.Count != outcome.Question.Choices.Count) is { } without)
            throw new ArgumentException($"The outcome of question '{without.QuestionId}' has no log-likelihoods, which the harness' files hold.", nameof(run));

        var folder = Path.Combine(directory, FolderName(run.Model));
        var date = run.End.LocalDateTime.ToString("yyyy-MM-dd'T'HH-mm-ss.ffffff", CultureInfo.InvariantCulture);
        var results = Path.Combine(folder, $"results_{date}.json");
        var samples = Path.Combine(folder, $"samples_{run.Task.Name}_{date}.jsonl");
        JsonObject[] rows = [.. run.Requests.Select((request, place) => Sample(run, place, request, run.Outcomes[place]))];
        AtomicFile.WriteAllText(samples, string.Concat(rows.Select(row => PythonJson.Dumps(row) + "\n")));
        var hash = Hash(string.Concat(rows.Select(row => $"{row["doc_hash"]}{row["prompt_hash"]}{row["target_hash"]}")));
        AtomicFile.WriteAllText(results, PythonJson.Dumps(Results(run, hash), indent: 2));
        return (results, samples);
    }

    /// <summary>A model's name without the characters that a file's name may not have, as the harness replaces them.</summary>
    internal static string FolderName(string model) => Forbidden().Replace(model, "__") is var name && name.Trim('.').Length > 0 ? name : "model";

    private static JsonObject Sample(HarnessRun run, int place, HarnessRequest request, QuestionOutcome outcome)
    {
        var (context, continuations) = run.IsStudent ? HarnessStudentEvaluator.AsAsked(run.Task, request, outcome) : (request.Context, request.Continuations);
        var document = HarnessDocument.Of(run.Task, request.Question);
        var target = HarnessDocument.Target(run.Task, request.Question);
        JsonArray Response(int choice) =>
            new(PythonJson.Repr(outcome.LogLikelihoods[choice]), outcome.GreedyChoices.Count > choice && outcome.GreedyChoices[choice] ? "True" : "False");
        var sample = new JsonObject
        {
            ["doc_id"] = place,
            ["doc"] = document,
            ["target"] = target,
            ["arguments"] = new JsonObject(continuations.Select((continuation, choice) => KeyValuePair.Create<string, JsonNode?>(
                string.Create(CultureInfo.InvariantCulture, $"gen_args_{choice}"), new JsonObject { ["arg_0"] = context, ["arg_1"] = continuation }))),
            ["resps"] = new JsonArray([.. continuations.Select((_, choice) => new JsonArray(Response(choice)))]),
            ["filtered_resps"] = new JsonArray([.. continuations.Select((_, choice) => Response(choice))]),
            ["filter"] = Filter,
            ["metrics"] = new JsonArray([.. run.Task.Metrics.Select(metric => JsonValue.Create(metric))]),
            ["doc_hash"] = Hash(PythonJson.Dumps(document, indent: 2)),
            ["prompt_hash"] = Hash(context),
            ["target_hash"] = Hash(target),
        };
        foreach (var metric in run.Task.Metrics)
            sample[metric] = HarnessAccuracy.IsRight(outcome, metric) ? 1.0 : 0.0;
        return sample;
    }

    private static JsonObject Results(HarnessRun run, string taskHash)
    {
        var task = run.Task.Name;
        var version = typeof(HarnessFiles).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') ?? [""];
        return new()
        {
            ["results"] = new JsonObject { [task] = Metrics(run) },
            ["group_subtasks"] = new JsonObject { [task] = new JsonArray() },
            ["configs"] = new JsonObject { [task] = Config(run) },
            ["versions"] = new JsonObject { [task] = run.Task.ScoresLetters ? JsonValue.Create("Yaml") : JsonValue.Create(1.0) },
            ["n-shot"] = new JsonObject { [task] = run.FewShot },
            ["higher_is_better"] = new JsonObject { [task] = new JsonObject(run.Task.Metrics.Select(metric => KeyValuePair.Create<string, JsonNode?>(metric, true))) },
            ["n-samples"] = new JsonObject { [task] = new JsonObject { ["original"] = run.Outcomes.Count, ["effective"] = run.Outcomes.Count } },
            ["config"] = new JsonObject
            {
                ["model"] = "scicot",
                ["model_args"] = $"pretrained={run.Model}",
                ["batch_size"] = null,
                ["batch_sizes"] = new JsonArray(),
                ["device"] = run.Device,
                ["use_cache"] = null,
                ["limit"] = (double?)run.Limit,
                ["bootstrap_iters"] = BootstrapIterations,
                ["gen_kwargs"] = null,
                ["random_seed"] = 0,
                ["numpy_seed"] = HarnessFewShot.DefaultSeed,
                ["torch_seed"] = HarnessFewShot.DefaultSeed,
                ["fewshot_seed"] = HarnessFewShot.DefaultSeed,
            },
            ["git_hash"] = version is [_, { Length: > 0 } commit, ..] ? commit : null,
            ["date"] = (run.Start - DateTimeOffset.UnixEpoch).TotalSeconds,
            ["pretty_env_info"] = $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}",
            ["transformers_version"] = "N/A",
            ["lm_eval_version"] = "N/A",
            ["scicot_version"] = version[0],
            ["upper_git_hash"] = null,
            ["max_length"] = run.MaxTokens,
            ["task_hashes"] = new JsonObject { [task] = taskHash },
            ["model_source"] = "scicot",
            ["model_name"] = run.Model,
            ["model_name_sanitized"] = FolderName(run.Model),
            ["system_instruction"] = null,
            ["system_instruction_sha"] = null,
            ["fewshot_as_multiturn"] = false,
            ["chat_template"] = null,
            ["chat_template_sha"] = null,
            ["total_evaluation_time_seconds"] = PythonJson.Repr((run.End - run.Start).TotalSeconds),
        };
    }

    private static JsonObject Metrics(HarnessRun run)
    {
        var metrics = new JsonObject { ["name"] = run.Task.Name, ["alias"] = run.Task.Name, ["sample_len"] = run.Outcomes.Count };
        foreach (var metric in run.Task.Metrics)
        {
            int right = run.Outcomes.Count(outcome => HarnessAccuracy.IsRight(outcome, metric));
            metrics[$"{metric},{Filter}"] = (double)right / run.Outcomes.Count;
            metrics[$"{metric}_stderr,{Filter}"] = run.Outcomes.Count > 1 ? JsonValue.Create(Proportion.StandardError(right, run.Outcomes.Count)) : JsonValue.Create("N/A");
        }

        return metrics;
    }

    private static JsonObject Config(HarnessRun run)
    {
        var (path, name, test) = Source(run.Task);
        var config = new JsonObject { ["task"] = run.Task.Name, ["dataset_path"] = path };
        if (name is not null)
            config["dataset_name"] = name;
        config["training_split"] = "train";
        config["validation_split"] = "validation";
        if (test)
            config["test_split"] = "test";
        config["unsafe_code"] = false;
        config["description"] = "";
        config["target_delimiter"] = HarnessTask.TargetDelimiter;
        config["fewshot_delimiter"] = HarnessTask.FewShotDelimiter;
        config["num_fewshot"] = run.FewShot;
        config["metric_list"] = new JsonArray([.. run.Task.Metrics.Select(metric => new JsonObject { ["metric"] = metric, ["aggregation"] = "mean", ["higher_is_better"] = true })]);
        config["output_type"] = "multiple_choice";
        config["repeats"] = 1;
        config["should_decontaminate"] = test;
        config["metadata"] = test ? new JsonObject { ["version"] = 1.0, ["pretrained"] = run.Model } : new JsonObject { ["pretrained"] = run.Model };
        return config;
    }

    private static (string Path, string? Name, bool HasTestSplit) Source(HarnessTask task) => task.Name switch
    {
        "arc_easy" => ("allenai/ai2_arc", "ARC-Easy", true),
        "arc_challenge" => ("allenai/ai2_arc", "ARC-Challenge", true),
        "openbookqa" => ("allenai/openbookqa", "main", true),
        "sciq" => ("allenai/sciq", null, true),
        _ => ("tau/commonsense_qa", null, false),
    };

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [GeneratedRegex("""["<>:/|\\?*\[\]]+""")]
    private static partial Regex Forbidden();
}
