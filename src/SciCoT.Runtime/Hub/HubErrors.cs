using System.Net;

namespace SciCoT.Hub;

/// <summary>What the server's refusals mean to the user.</summary>
internal static class HubErrors
{
    /// <summary>Throws unless the answer is a success.</summary>
    /// <exception cref="TransientException">Another attempt may succeed.</exception>
    /// <exception cref="HubException">It will not.</exception>
    public static void ThrowIfRefused(HttpResponseMessage response, string repository, string revision, string? file, bool hasToken)
    {
        var status = response.StatusCode;
        if (response.IsSuccessStatusCode || (int)status is >= 300 and < 400)
            return;
        if ((int)status is 408 or 429 or >= 500)
            throw new TransientException($"the server answers {(int)status}", status, Delay(response));

        var what = file is null ? repository : $"{repository}/{file}";
        throw new HubException((int)status switch
        {
            401 or 403 when Error(response) == "GatedRepo" || (hasToken && Error(response) != "RepoNotFound") =>
                $"{what}: the server refuses ({(int)status}). The model is gated or the token may not read it: accept its terms on its page with the account whose token HF_TOKEN holds.",
            401 or 403 =>
                $"{what}: the server refuses ({(int)status}). There is no such model, or it is private: check the name, and set HF_TOKEN to a token that may read it.",
            404 when Error(response) == "RevisionNotFound" => $"{repository}: there is no revision '{revision}'; check it on the model's page.",
            404 when file is not null => $"{what}: there is no such file at revision {revision}.",
            404 => $"{repository}: there is no such model, or no revision '{revision}' of it. Check the names; a private model needs HF_TOKEN.",
            _ => $"{what}: the server answers {(int)status}{(Error(response) is { } error ? $" ({error})" : "")}.",
        }, status);
    }

    /// <summary>The server's own word for what is wrong.</summary>
    private static string? Error(HttpResponseMessage response) =>
        response.Headers.TryGetValues("X-Error-Code", out var values) ? values.First() : null;

    private static TimeSpan? Delay(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - DateTimeOffset.UtcNow is { Ticks: > 0 } wait ? wait : TimeSpan.Zero,
        _ => null,
    };
}
