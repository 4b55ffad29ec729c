namespace SciCoT.Teaching;

/// <summary>The price of a model's tokens, in any currency.</summary>
/// <param name="InputPerMillion">The price of a million tokens that the model reads.</param>
/// <param name="OutputPerMillion">The price of a million tokens that it writes.</param>
public sealed record ModelPrice(decimal InputPerMillion, decimal OutputPerMillion)
{
    /// <summary>The name that stands for every model without a price of its own, for services that sign replies with other names than they are asked by.</summary>
    public const string AnyModel = "*";

    /// <summary>What a call costs.</summary>
    /// <param name="inputTokens">Tokens read.</param>
    /// <param name="outputTokens">Tokens written.</param>
    public decimal Of(long inputTokens, long outputTokens) =>
        ((inputTokens * InputPerMillion) + (outputTokens * OutputPerMillion)) / 1_000_000;

    /// <summary>
    /// The price of a model: that of its name, or else of the longest name in the list of which it is a version
    /// (<c>small-2026-01-02</c> of <c>small</c>), or else that of <see cref="AnyModel"/>.
    /// </summary>
    internal static ModelPrice? Find(IReadOnlyDictionary<string, ModelPrice> prices, string? model)
    {
        if (model is not null && prices.TryGetValue(model, out var price))
            return price;
        return Family(prices, model ?? "") ?? prices.GetValueOrDefault(AnyModel);
    }

    private static ModelPrice? Family(IReadOnlyDictionary<string, ModelPrice> prices, string model) =>
        prices
            .Where(pair => model.Length > pair.Key.Length && model.StartsWith(pair.Key, StringComparison.Ordinal) && model[pair.Key.Length] is ('-' or '@' or ':') && pair.Key.Length > 0)
            .OrderByDescending(pair => pair.Key.Length)
            .FirstOrDefault().Value;
}
