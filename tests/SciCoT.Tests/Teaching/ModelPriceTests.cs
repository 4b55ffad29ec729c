using SciCoT.Teaching;

namespace SciCoT.Tests.Teaching;

public class ModelPriceTests
{
    private static readonly Dictionary<string, ModelPrice> Prices = new() { ["small"] = new(1, 2), ["small-plus"] = new(3, 4) };

    [Theory]
    [InlineData("small", 1)]
    [InlineData("small-2026-01-02", 1)]
    [InlineData("small-plus", 3)]
    [InlineData("small-plus-2026", 3)]
    [InlineData("smaller", null)]
    [InlineData("large", null)]
    [InlineData(null, null)]
    public void Find_Model_IsItsOwnOrThatOfItsFamily(string? model, int? input) =>
        Assert.Equal(input, (int?)ModelPrice.Find(Prices, model)?.InputPerMillion);

    [Theory]
    [InlineData("small-2026", 1)]
    [InlineData("large", 9)]
    [InlineData(null, 9)]
    public void Find_AnyModel_IsForThoseWithoutAPrice(string? model, int input) =>
        Assert.Equal(input, (int?)ModelPrice.Find(new Dictionary<string, ModelPrice>(Prices) { [ModelPrice.AnyModel] = new(9, 9) }, model)?.InputPerMillion);

    [Fact]
    public void Of_Tokens_IsPerMillion() => Assert.Equal(0.00052m, new ModelPrice(1, 2).Of(500, 10));
}
