using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace SciCoT.Tests.IO;

/// <summary>What people read of an exception.</summary>
public sealed class ExplainTests
{
    [Fact]
    public void Parameter_IsLeftOut() =>
        Assert.Equal("Too many.", SciCoTException.Explain(new ArgumentException("Too many.", "count")));

    [Fact]
    public void Range_IsSaidOnOneLine()
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => ArgumentOutOfRangeException.ThrowIfNegativeOrZero(0, "Concurrency"));

        Assert.Equal("Concurrency ('0') must be a non-negative and non-zero value.", SciCoTException.Explain(exception));
    }

    [Fact]
    public void DeviceThatIsNotThere_IsSaidWithTheRemedyAndWithoutTheTrace()
    {
        var said = SciCoTException.Explain(new InvalidOperationException("Torch device type CUDA did not initialise on the current machine. Trace from LoadNativeBackend:\nTorchSharp: x"));

        Assert.Equal("Torch device type CUDA did not initialise on the current machine. Is the backend for that device installed, and does the machine have one? The device cpu works everywhere.", said);
    }

    [Fact]
    public void ParameterOfACause_IsLeftOut() =>
        Assert.Equal("Too many.", SciCoTException.Explain(new InvalidOperationException("Too many. (Parameter 'count')")));

    [Theory]
    [InlineData("System.Int32", "a whole number")]
    [InlineData("System.Nullable`1[System.Double]", "a number")]
    [InlineData("System.Boolean", "true or false")]
    [InlineData("SciCoT.Prompting.TeacherReplyForm", "a TeacherReplyForm")]
    public void Type_IsSaidInWords(string type, string words) =>
        Assert.Equal($"Failed to convert configuration value 'abc' at 'Demo:X' to {words}.", SciCoTException.Explain(new InvalidOperationException($"Failed to convert configuration value 'abc' at 'Demo:X' to type '{type}'.")));

    [Fact]
    public void Several_AreAllSaidOnce() =>
        Assert.Equal("One. Two.", SciCoTException.Explain(new AggregateException(new IOException("One."), new IOException("Two."), new IOException("One."))));

    [Fact]
    public void Wrapper_IsLeftOut() =>
        Assert.Equal("One.", SciCoTException.Explain(new TargetInvocationException(new TypeInitializationException("T", new IOException("One.")))));

    [Fact]
    public void ConfigurationFile_SaysFileAndPlace()
    {
        using var folder = new Support.TempFolder();
        File.WriteAllText(folder.File("appsettings.json"), "{\n  \"SciCoT\": {\n");

        var exception = Assert.ThrowsAny<Exception>(() => new ConfigurationBuilder().AddJsonFile(folder.File("appsettings.json")).Build());

        Assert.Contains(folder.File("appsettings.json"), SciCoTException.Explain(exception));
        Assert.Contains("LineNumber: ", SciCoTException.Explain(exception));
    }
}
