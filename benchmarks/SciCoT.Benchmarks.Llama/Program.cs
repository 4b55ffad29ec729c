using System.Globalization;
using LLama.Native;
using SciCoT.Benchmarks.Llama;

NativeLibraryConfig.All.WithLogCallback((level, message) =>
{
    if (level == LLamaLogLevel.Error)
        Console.Error.Write(message);
});
switch (args)
{
    case ["check"]:
        return Comparison.Check();
    case ["measure", .. var rest]:
        Comparison.Measure(
            rest.Length > 0 ? int.Parse(rest[0], CultureInfo.InvariantCulture) : 2,
            rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 5,
            rest.Length > 2 ? [.. rest[2].Split(',').Select(batch => int.Parse(batch, CultureInfo.InvariantCulture))] : [1, 8]);
        return 0;
    default:
        Console.Error.WriteLine("""
            The same T5 with SciCoT and with llama.cpp (LLamaSharp), in turn in one process:
              check                                whether both write the same tokens, with small models; the exit status says it
              measure [threads] [runs] [batches]   tokens a second, Flan-T5-small's shape, random weights (default 2 5 1,8)
            """);
        return 2;
}
