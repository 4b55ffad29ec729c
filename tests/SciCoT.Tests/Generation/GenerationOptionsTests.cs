using SciCoT.Generation;

namespace SciCoT.Tests.Generation;

public class GenerationOptionsTests
{
    [Fact]
    public void Validate_Defaults_Pass() => new GenerationOptions().Validate();

    [Fact]
    public void Validate_OutOfRange_NamesTheProperty()
    {
        (string Property, GenerationOptions Options)[] cases =
        [
            ("MaxNewTokens", new() { MaxNewTokens = 0 }),
            ("MaxNewTokens", new() { MaxNewTokens = int.MaxValue }),
            ("MinNewTokens", new() { MinNewTokens = -1 }),
            ("MinNewTokens", new() { MinNewTokens = 21 }),
            ("NumBeams", new() { NumBeams = 0 }),
            ("NumBeams", new() { NumBeams = 2, Sample = true }),
            ("NumReturnSequences", new() { NumReturnSequences = 0 }),
            ("NumReturnSequences", new() { NumReturnSequences = 3, NumBeams = 2 }),
            ("LengthPenalty", new() { LengthPenalty = double.NaN }),
            ("EarlyStopping", new() { EarlyStopping = (EarlyStopping)3 }),
            ("RepetitionPenalty", new() { RepetitionPenalty = 0 }),
            ("NoRepeatNgramSize", new() { NoRepeatNgramSize = -1 }),
            ("Temperature", new() { Temperature = 0 }),
            ("Temperature", new() { Temperature = double.PositiveInfinity }),
            ("TopK", new() { TopK = -1 }),
            ("TopP", new() { TopP = 0 }),
            ("TopP", new() { TopP = double.NaN }),
            ("MinNewTokens", new() { MinNewTokens = 1, AllowedContinuations = [[[5]]] }),
            ("NoRepeatNgramSize", new() { NoRepeatNgramSize = 2, AllowedContinuations = [[[5]]] }),
            ("DecoderPrefix", new() { DecoderPrefix = null! }),
        ];
        Assert.All(cases, item => Assert.Equal(item.Property, Assert.Throws<ArgumentException>(item.Options.Validate).ParamName));
    }
}
