using Microsoft.Extensions.Options;
using SciCoT.Models;
using SciCoT.Students;

namespace SciCoT.DependencyInjection;

/// <summary>Checks the options when the host starts, so that a wrong one is not found by the first question.</summary>
internal sealed class SciCoTOptionsValidator(OwnStudents students) : IValidateOptions<SciCoTOptions>
{
    public ValidateOptionsResult Validate(string? name, SciCoTOptions options)
    {
        var failures = new List<string>();
        if (students.NeedModelDirectory(name ?? ""))
        {
            if (string.IsNullOrWhiteSpace(options.ModelDirectory) && students.Distils(name ?? ""))
                _ = name; // nothing to load until the pipeline is asked for
            else if (string.IsNullOrWhiteSpace(options.ModelDirectory))
                failures.Add($"{nameof(SciCoTOptions.ModelDirectory)} is not set; set it to a folder that a distillation run left, or register students of your own for both stages.");
            else if (!File.Exists(Path.Combine(options.ModelDirectory, SciCoTModelFolder.Manifest)))
                failures.Add($"{nameof(SciCoTOptions.ModelDirectory)}: {SciCoTModelFolder.WhyNone(options.ModelDirectory)}");
        }

        if (!DeviceNames.IsKnown(options.Device))
            failures.Add($"{nameof(SciCoTOptions.Device)} must be {DeviceNames.Expected}; got '{options.Device}'.");
        if (!Enum.IsDefined(options.WeightFormat))
            failures.Add($"{nameof(SciCoTOptions.WeightFormat)} must be one of {string.Join(", ", Enum.GetNames<WeightFormat>())}; got {options.WeightFormat}.");
        if (options.BatchSize is < 1 or > 1024)
            failures.Add($"{nameof(SciCoTOptions.BatchSize)} must be from 1 to 1024; got {options.BatchSize}.");
        if (options.MaxRationaleTokens is < 1 or > 4096)
            failures.Add($"{nameof(SciCoTOptions.MaxRationaleTokens)} must be from 1 to 4096; got {options.MaxRationaleTokens}.");
        if (options.MaxBatchWait < TimeSpan.Zero || options.MaxBatchWait > TimeSpan.FromSeconds(1))
            failures.Add($"{nameof(SciCoTOptions.MaxBatchWait)} must be from 0 to 1 second; got {options.MaxBatchWait}.");
        if (options.QueueCapacity is < 1 or > 1_000_000)
            failures.Add($"{nameof(SciCoTOptions.QueueCapacity)} must be from 1 to 1000000; got {options.QueueCapacity}.");
        if (options.RationaleSamples is < 1 or > 64)
            failures.Add($"{nameof(SciCoTOptions.RationaleSamples)} must be from 1 to 64; got {options.RationaleSamples}.");
        if (!(options.SamplingTemperature is > 0 and <= 10))
            failures.Add($"{nameof(SciCoTOptions.SamplingTemperature)} must be above 0 and at most 10; got {options.SamplingTemperature}.");
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(string.IsNullOrEmpty(name) ? failures : failures.Select(failure => $"{failure} (pipeline '{name}')"));
    }
}
