using System.Text.Json.Nodes;
using SciCoT.Harness.Python;

namespace SciCoT.Tests.Evaluation.Python;

/// <summary>Texts that Python's json and repr give.</summary>
public class PythonJsonTests
{
    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(-3.5, "-3.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(1e-4, "0.0001")]
    [InlineData(1e-5, "1e-05")]
    [InlineData(123456789.0, "123456789.0")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1.5e16, "1.5e+16")]
    [InlineData(double.MaxValue, "1.7976931348623157e+308")]
    [InlineData(double.Epsilon, "5e-324")]
    [InlineData(-12.3456787109375, "-12.3456787109375")]
    [InlineData(0.30000000000000004, "0.30000000000000004")]
    [InlineData(100.0, "100.0")]
    [InlineData(-2.5e-7, "-2.5e-07")]
    [InlineData(double.NaN, "nan")]
    [InlineData(double.NegativeInfinity, "-inf")]
    public void Repr_Number_AsPython(double number, string expected) => Assert.Equal(expected, PythonJson.Repr(number));

    [Fact]
    public void Dumps_EveryKind_AsPython()
    {
        var value = new JsonObject
        {
            ["a"] = "x\"\\\n\t\u0001é🔥\u2028/",
            ["b"] = new JsonArray(),
            ["c"] = new JsonObject(),
            ["d"] = new JsonArray(1, 2.0, null, true, new JsonObject { ["e"] = new JsonArray(0.1) }),
        };

        Assert.Equal("{\"a\": \"x\\\"\\\\\\n\\t\\u0001é🔥\u2028/\", \"b\": [], \"c\": {}, \"d\": [1, 2.0, null, true, {\"e\": [0.1]}]}", PythonJson.Dumps(value));
        Assert.Equal(
            "{\n  \"a\": \"x\\\"\\\\\\n\\t\\u0001é🔥\u2028/\",\n  \"b\": [],\n  \"c\": {},\n  \"d\": [\n    1,\n    2.0,\n    null,\n    true,\n    {\n      \"e\": [\n        0.1\n      ]\n    }\n  ]\n}",
            PythonJson.Dumps(value, indent: 2));
    }
}
