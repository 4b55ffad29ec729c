using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SciCoT.IO;
using SciCoT.Replies;

namespace SciCoT.Batches;

/// <summary>The calls of OpenAI's files and batches.</summary>
/// <param name="http">Sends the requests.</param>
/// <param name="address">The service's address, without <c>/chat/completions</c>.</param>
/// <param name="query">The query of the service's addresses, as Azure has one.</param>
/// <param name="headers">The headers of every request, the key among them.</param>
internal sealed class BatchService(HttpMessageInvoker http, string address, string query, IReadOnlyList<(string Name, string[] Values)> headers)
{
    private const int MaxAnswerBytes = 4 << 20;
    private const int PageSize = 100;
    private const int MaxPages = 20;
    private const string Metadata = "scicot";

    private static readonly TimeSpan CallTime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan FileTime = TimeSpan.FromMinutes(30);

    public string Address => address;

    /// <summary>A service as a request for a chat completion addresses it.</summary>
    public static BatchService From(HttpMessageInvoker http, HttpRequestMessage request) =>
        new(http, ChatCompletionsAddress.ServiceOf(request.RequestUri!), request.RequestUri!.Query, [.. request.Headers.Select(header => (header.Key, header.Value.ToArray()))]);

    /// <summary>Uploads requests.</summary>
    /// <returns>The file's identifier.</returns>
    public async Task<string> UploadAsync(string path, CancellationToken cancellationToken)
    {
        var file = File.OpenRead(path);
        await using (file.ConfigureAwait(false))
        {
            using var content = new MultipartFormDataContent { { new StringContent("batch"), "purpose" } };
            var lines = new StreamContent(file);
            lines.Headers.ContentType = new MediaTypeHeaderValue("application/jsonl");
            content.Add(lines, "file", Path.GetFileName(path));
            return Text(await AskAsync(HttpMethod.Post, "/files", content, FileTime, cancellationToken).ConfigureAwait(false), "id", "/files");
        }
    }

    /// <summary>Makes a batch of an uploaded file.</summary>
    public async Task<BatchState> CreateAsync(BatchJob job, BatchCompletionsOptions options, CancellationToken cancellationToken)
    {
        var wanted = new JsonObject
        {
            ["input_file_id"] = job.InputFile,
            ["endpoint"] = options.RequestPath,
            ["completion_window"] = options.CompletionWindow,
            ["metadata"] = new JsonObject { [Metadata] = job.Key },
        };
        using var content = new StringContent(wanted.ToJsonString(), Encoding.UTF8, "application/json");
        return State(await AskAsync(HttpMethod.Post, "/batches", content, CallTime, cancellationToken).ConfigureAwait(false), "/batches");
    }

    /// <summary>Looks for a batch whose identifier was lost before it could be stored.</summary>
    public async Task<BatchState?> FindAsync(BatchJob job, CancellationToken cancellationToken)
    {
        string? after = null;
        for (int page = 0; page < MaxPages; page++)
        {
            var path = FormattableString.Invariant($"/batches?limit={PageSize}") + (after is null ? "" : $"&after={Uri.EscapeDataString(after)}");
            var answer = await AskAsync(HttpMethod.Get, path, null, CallTime, cancellationToken).ConfigureAwait(false);
            foreach (var batch in ResponseJson.Items(ResponseJson.Find(answer, "data")))
            {
                bool isOurs = (ResponseJson.Find(batch, "metadata") is { } metadata && ResponseJson.Text(metadata, Metadata) == job.Key)
                    || ResponseJson.Text(batch, "input_file_id") == job.InputFile;
                if (isOurs)
                    return State(batch, "/batches");
                after = ResponseJson.Text(batch, "id");
            }

            if (after is null || ResponseJson.Find(answer, "has_more") is not { ValueKind: JsonValueKind.True })
                return null;
        }

        return null;
    }

    /// <summary>The state of a batch.</summary>
    public async Task<BatchState> GetAsync(string batch, CancellationToken cancellationToken)
    {
        var path = "/batches/" + Uri.EscapeDataString(batch);
        return State(await AskAsync(HttpMethod.Get, path, null, CallTime, cancellationToken).ConfigureAwait(false), path);
    }

    /// <summary>Downloads a file, whole or not at all.</summary>
    /// <param name="file">The file's identifier.</param>
    /// <param name="path">Where it goes.</param>
    /// <param name="maxBytes">The most bytes that it may have.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    public async Task DownloadAsync(string file, string path, long maxBytes, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(FileTime);
        var name = $"/files/{Uri.EscapeDataString(file)}/content";
        using var response = await SendAsync(HttpMethod.Get, name, null, limit.Token).ConfigureAwait(false);
        await ThrowIfRefusedAsync(response, name, limit.Token).ConfigureAwait(false);
        using var pending = new AtomicFile.Pending(path);
        var body = await response.Content.ReadAsStreamAsync(limit.Token).ConfigureAwait(false);
        await using (body.ConfigureAwait(false))
        {
            var buffer = new byte[1 << 17];
            long written = 0;
            for (int read; (read = await body.ReadAsync(buffer, limit.Token).ConfigureAwait(false)) > 0;)
            {
                if ((written += read) > maxBytes)
                    throw new InvalidFileException(FormattableString.Invariant($"{address}{name}: has more than {maxBytes:N0} bytes, which no batch of this size takes; it was not read to its end. Is the address right?"));
                pending.Stream.Write(buffer, 0, read);
            }
        }

        pending.Commit();
    }

    private async Task<JsonElement> AskAsync(HttpMethod method, string path, HttpContent? content, TimeSpan time, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        try
        {
            using var response = await SendAsync(method, path, content, limit.Token).ConfigureAwait(false);
            await ThrowIfRefusedAsync(response, path, limit.Token).ConfigureAwait(false);
            var (body, _) = await ReplyBody.ReadAsync(response.Content, MaxAnswerBytes, limit.Token).ConfigureAwait(false);
            using var document = OutsideJson.Parse(Encoding.UTF8.GetBytes(body), address + path);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone()
                : throw new InvalidFileException($"{address}{path}: expected a JSON object. Does the service have a batch API under this address?");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException(FormattableString.Invariant($"{address}{path}: no answer within {time.TotalMinutes:0} minutes."));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var and = query.Length > 1 && path.Contains('?', StringComparison.Ordinal) ? "&" + query[1..] : query;
        using var request = new HttpRequestMessage(method, address + path + and) { Content = content };
        foreach (var (name, values) in headers)
            request.Headers.TryAddWithoutValidation(name, values);
        return await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static async Task ThrowIfRefusedAsync(HttpResponseMessage response, string path, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
            return;
        var (body, _) = await ReplyBody.ReadAsync(response.Content, MaxAnswerBytes, cancellationToken).ConfigureAwait(false);
        if (body.Length == 0 && response.StatusCode == HttpStatusCode.NotFound)
            body = BatchReply.Failure(404, "not_found", $"there is no {path} at this address. Does the service have a batch API?").Body;
        throw new BatchRefusal(new((int)response.StatusCode, body));
    }

    private BatchState State(JsonElement batch, string path)
    {
        var counts = ResponseJson.Find(batch, "request_counts") ?? default;
        return new(Text(batch, "id", path), Text(batch, "status", path))
        {
            Completed = Count(counts, "completed"),
            Failed = Count(counts, "failed"),
            OutputFile = ResponseJson.Text(batch, "output_file_id"),
            ErrorFile = ResponseJson.Text(batch, "error_file_id"),
            Errors = Errors(batch),
        };
    }

    /// <summary>Why a batch was not begun.</summary>
    private static IReadOnlyList<(string Code, string Message)> Errors(JsonElement batch) =>
    [
        .. from error in ResponseJson.Items(ResponseJson.Find(ResponseJson.Find(batch, "errors") ?? default, "data"))
           where error.ValueKind == JsonValueKind.Object
           let line = ResponseJson.Text(error, "line") is { } number ? $"line {number}: " : ""
           select (ResponseJson.Text(error, "code") ?? "error", line + (ResponseJson.Text(error, "message") ?? "no reason was given")),
    ];

    private string Text(JsonElement json, string name, string path) => ResponseJson.Text(json, name)
        ?? throw new InvalidFileException($"{address}{path}: the answer has no text \"{name}\". Does the service have a batch API in OpenAI's form under this address?");

    private static int Count(JsonElement counts, string name) => (int)Math.Min(ResponseJson.Count(counts, name) ?? 0, int.MaxValue);
}
