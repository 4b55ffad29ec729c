namespace SciCoT.Replies;

/// <summary>The address of an OpenAI-compatible service's chat completions.</summary>
internal static class ChatCompletionsAddress
{
    private const string Path = "/chat/completions";

    /// <summary>Whether a request is for a chat completion.</summary>
    public static bool Is(Uri? address) => address?.AbsolutePath.EndsWith(Path, StringComparison.Ordinal) == true;

    /// <summary>The service's own address, which ends in <c>/v1</c> as a rule, without the query.</summary>
    public static string ServiceOf(Uri address) => address.GetLeftPart(UriPartial.Path)[..^Path.Length];
}
