using System.Net;
using System.Text.Json;
using SciCoT.IO;

namespace SciCoT.Hub;

/// <summary>What the server's refusals mean to the user.</summary>
internal static class HubErrors
{
    private const int MaxBodyBytes = 4096;

    /// <summary>Throws unless the answer is a success.</summary>
    /// <exception cref="TransientException">Another attempt may succeed.</exception>
    /// <exception cref="HubException">It will not.</exception>
    public static async Task ThrowIfRefusedAsync(HttpResponseMessage response, HubRepository repository, string revision, string? file, bool hasToken, CancellationToken cancellationToken)
    {
        var status = response.StatusCode;
        if (response.IsSuccessStatusCode || (int)status is >= 300 and < 400)
            return;
        if ((int)status is 408 or 429 or >= 500)
            throw new TransientException($"the server answers {(int)status}", status, Delay(response));

        var what = file is null ? repository.Name : $"{repository}/{file}";
        var kind = repository.Kind;
        var sentence = await SentenceAsync(response, cancellationToken).ConfigureAwait(false) is { } said ? $" The server says: {said}" : "";
        throw new HubException(((int)status switch
        {
            401 or 403 when Error(response) == "GatedRepo" || (hasToken && Error(response) != "RepoNotFound") =>
                $"{what}: the server refuses ({(int)status}). The {kind} is gated or the token may not read it: accept its terms on its page with the account whose token HF_TOKEN holds.",
            401 or 403 =>
                $"{what}: the server refuses ({(int)status}). There is no such {kind}, or it is private: check the name, and set HF_TOKEN to a token that may read it.",
            404 when Error(response) == "RevisionNotFound" => $"{repository}: there is no revision '{revision}'; check it on the {kind}'s page.",
            404 when file is not null => $"{what}: there is no such file at revision {revision}.",
            404 => $"{repository}: there is no such {kind}, or no revision '{revision}' of it. Check the names; a private {kind} needs HF_TOKEN.",
            _ => $"{what}: the server answers {(int)status}{(Error(response) is { } error ? $" ({error})" : "")}.",
        }) + sentence, status);
    }

    /// <summary>Throws unless the answer to something that was to be written is a success.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="what">The repository, or the file of it.</param>
    /// <param name="options">Tells the token, which no message repeats.</param>
    /// <param name="cancellationToken">Stops at once.</param>
    /// <exception cref="TransientException">Another attempt may succeed.</exception>
    /// <exception cref="HubException">It will not.</exception>
    public static async Task ThrowIfNotWrittenAsync(HttpResponseMessage response, string what, HubOptions options, CancellationToken cancellationToken)
    {
        int status = (int)response.StatusCode;
        if (response.IsSuccessStatusCode)
            return;
        if (status is 408 or 409 or 429 or >= 500)
            throw new TransientException(status == 409 ? "the server answers 409: somebody else writes there at the same time" : $"the server answers {status}", response.StatusCode, Delay(response));
        var sentence = await SentenceAsync(response, cancellationToken).ConfigureAwait(false) is { } said ? $" The server says: {Without(options.Token, said)}" : "";
        throw new HubException($"{what}: " + (status switch
        {
            401 => "the server does not know the token (401). Give a valid one in HF_TOKEN, or by hf auth login.",
            402 => "the server asks for payment (402): the account has no room left for such files.",
            403 => $"the token may not write there (403). Make one with write permission on {options.Endpoint.Host}, and check that its account belongs to the owner of the repository.",
            404 => "there is no such model, or the token may not see it (404). Check the name.",
            412 => "the branch moved meanwhile (412). Run the same command again.",
            413 => "the server does not take so large a request (413). Leave out what is no student's, or export the weights in a smaller format.",
            _ => $"the server refuses ({status}{(Error(response) is { } error ? $", {Without(options.Token, ForeignText.OneLine(error))}" : "")}).",
        }) + sentence, response.StatusCode);
    }

    private static string Without(string? token, string text) => token is null ? text : text.Replace(token, "[token]", StringComparison.Ordinal);

    /// <summary>The sentence that the server sends for people: in a header, or as <c>error</c> of a small JSON body.</summary>
    public static async Task<string?> SentenceAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Headers.TryGetValues("X-Error-Message", out var values))
            return ForeignText.OneLine(values.First());
        if (response.Content.Headers.ContentType?.MediaType != "application/json" || response.Content.Headers.ContentLength is null or > MaxBodyBytes)
            return null;
        try
        {
            using var document = OutsideJson.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false), maxDepth: 8);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
                ? ForeignText.OneLine(error.GetString()!)
                : null;
        }
        catch (Exception e) when (e is InvalidFileException or HttpRequestException or IOException)
        {
            return null; // the status says enough
        }
    }

    /// <summary>The server's own word for what is wrong.</summary>
    public static string? Error(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Error-Code", out var values) ? values.First() : null;

    public static TimeSpan? Delay(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - DateTimeOffset.UtcNow is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };
}
