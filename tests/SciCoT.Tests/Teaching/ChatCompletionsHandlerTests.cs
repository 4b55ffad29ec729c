using System.IO.Compression;
using System.Text;
using System.Text.Json;
using SciCoT.Rationales;
using SciCoT.Replies;
using SciCoT.Teaching;
using SciCoT.Tests.AnnotationHost;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Teaching;

/// <summary>Forms of replies, errors and limits beyond the stored cases.</summary>
public sealed class ChatCompletionsHandlerTests
{
    private const string Text = "Ice keeps its own shape, and steam does not. So the answer is (A).";
    private const string Quoted = $"\"{Text}\"";

    private static readonly TeacherRequest Request = new(ScienceQuestion.Create("Which keeps its own shape?", "ice", "steam"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Bodies from which the same text is read.</summary>
    public static TheoryData<string, string> Readable => new()
    {
        { "choices as an object", """{"choices":{"0":{"message":{"content":%}}}}""" },
        { "one choice without an array", """{"choices":{"message":{"content":%},"finish_reason":"stop"}}""" },
        { "several choices out of order", """{"choices":[{"index":1,"message":{"content":"No."}},{"index":0,"message":{"content":%}}]}""" },
        { "an empty choice first", """{"choices":[{"index":0,"message":{"content":null}},{"index":1,"message":{"content":%}}]}""" },
        { "index as text", """{"choices":[{"index":"0","message":{"content":%}}]}""" },
        { "index null", """{"choices":[{"index":null,"message":{"content":%}}]}""" },
        { "delta in place of message", """{"choices":[{"delta":{"content":%}}]}""" },
        { "text in place of message", """{"choices":[{"text":%,"finish_reason":"stop"}]}""" },
        { "message as text", """{"choices":[{"message":%}]}""" },
        { "finish_reason as object", """{"choices":[{"message":{"content":%},"finish_reason":{"type":"stop"}}]}""" },
        { "finish_reason as number", """{"choices":[{"message":{"content":%},"finish_reason":1}]}""" },
        { "finish_reason nobody knows", """{"choices":[{"message":{"content":%},"finish_reason":"whatever"}]}""" },
        { "role null, name and annotations odd", """{"choices":[{"message":{"role":null,"name":7,"annotations":{},"audio":"x","content":%}}]}""" },
        { "id, model, created of other types", """{"id":7,"model":["m"],"created":"yesterday","object":null,"choices":[{"message":{"content":%}}]}""" },
        { "refusal empty", """{"choices":[{"message":{"content":%,"refusal":""}}]}""" },
        { "tool calls of a wrong shape", """{"choices":[{"message":{"content":%,"tool_calls":{"id":1}}}]}""" },
        { "reasoning beside the content", """{"choices":[{"message":{"reasoning_content":"Perhaps (B)?","reasoning":"x","content":%}}]}""" },
        { "parts with thoughts", """{"choices":[{"message":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"B?"}]},{"type":"text","text":%}]}}]}""" },
        { "parts as texts", """{"choices":[{"message":{"content":["Ice keeps its own shape,"," and steam does not. So the answer is (A)."]}}]}""" },
        { "parts of the responses' kind", """{"choices":[{"message":{"content":[{"type":"reasoning","summary":[]},{"type":"output_text","text":%}]}}]}""" },
        { "content as an object", """{"choices":[{"message":{"content":{"type":"text","text":%}}}]}""" },
        { "usage as text", """{"choices":[{"message":{"content":%}}],"usage":"none"}""" },
        { "usage as list", """{"choices":[{"message":{"content":%}}],"usage":[]}""" },
        { "error null", """{"error":null,"choices":[{"message":{"content":%}}]}""" },
        { "error empty", """{"error":{},"choices":[{"message":{"content":%}}]}""" },
        { "wrapped", """{"code":0,"data":{"choices":[{"message":{"content":%}}]}}""" },
        { "wrapped in a list", """[{"choices":[{"message":{"content":%}}]}]""" },
        { "written as a text", JsonSerializer.Serialize("{\"choices\":[{\"message\":{\"content\":" + Quoted + "}}]}") },
        { "trailing garbage", """{"choices":[{"message":{"content":%}}]}<!-- served by x -->""" },
        { "keep-alive comments before", ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n" + """{"choices":[{"message":{"content":%}}]}""" },
        { "trailing comma", """{"choices":[{"message":{"content":%,},},],}""" },
        { "NaN in logprobs", """{"choices":[{"message":{"content":%},"logprobs":{"content":[{"token":"a","logprob":-Infinity},{"token":"b","logprob":NaN}]}}]}""" },
        { "half of a surrogate pair elsewhere", """{"id":"\ud83d","choices":[{"message":{"content":%}}]}""" },
        { "a raw line break elsewhere", "{\"id\":\"a\nb\"," + """ "choices":[{"message":{"content":%}}]}""" },
        { "Ollama", """{"model":"m","created_at":"x","message":{"role":"assistant","content":%},"done_reason":"stop","done":true,"prompt_eval_count":10,"eval_count":5}""" },
        { "Ollama in lines", """{"message":{"content":"Ice keeps its own shape,"},"done":false}¶{"message":{"content":" and steam does not. So the answer is (A)."},"done":false}¶{"message":{"content":""},"done":true,"done_reason":"stop"}""" },
        { "Anthropic", """{"type":"message","role":"assistant","content":[{"type":"text","text":%}],"stop_reason":"end_turn","usage":{"input_tokens":10,"output_tokens":5}}""" },
        { "Gemini", """{"candidates":[{"content":{"parts":[{"text":"B?","thought":true},{"text":%}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":10,"candidatesTokenCount":5}}""" },
        { "responses", """{"object":"response","status":"completed","output":[{"type":"reasoning","summary":[]},{"type":"message","content":[{"type":"output_text","text":%}]}]}""" },
        { "llama.cpp", """{"content":%,"stop":true,"tokens_predicted":5}""" },
        { "Cloudflare", """{"result":{"response":%},"success":true,"errors":[],"messages":[]}""" },
        { "a stream of events", """event: chunk¶data: {"choices":[{"delta":{"role":"assistant","content":""}}]}¶¶data: {"choices":[{"delta":{"content":"Ice keeps its own shape,"}}]}¶¶data: {"choices":[{"delta":{"content":" and steam does not. So the answer is (A)."},"finish_reason":"stop"}]}¶¶data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5}}¶¶data: [DONE]""" },
    };

    /// <summary>Replies that ended otherwise.</summary>
    public static TheoryData<string, TeacherFinishReason> OtherEnds => new()
    {
        { """{"choices":[{"message":{"content":"Ice"},"finish_reason":"MAX_TOKENS"}]}""", TeacherFinishReason.Truncated },
        { """{"choices":[{"message":{"content":"Ice"},"finish_reason":"max_tokens"}]}""", TeacherFinishReason.Truncated },
        { """{"choices":[{"message":{"content":"Ice"},"finish_reason":null,"stop_reason":"length"}]}""", TeacherFinishReason.Truncated },
        { """{"message":{"content":"Ice"},"done":true,"done_reason":"length"}""", TeacherFinishReason.Truncated },
        { "data: {\"choices\":[{\"delta\":{\"content\":\"Ice\"}}]}\n\n", TeacherFinishReason.Truncated },
        { """{"choices":[{"message":{"content":""},"finish_reason":"SAFETY"}]}""", TeacherFinishReason.Refused },
        { """{"choices":[{"message":{"content":null,"refusal":"I cannot help with that."},"finish_reason":"stop"}]}""", TeacherFinishReason.Refused },
        { """{"choices":[{"message":{"content":[{"type":"refusal","refusal":"No."}]},"finish_reason":"stop"}]}""", TeacherFinishReason.Refused },
        { """{"promptFeedback":{"blockReason":"SAFETY"}}""", TeacherFinishReason.Refused },
        { """{"choices":[]}""", TeacherFinishReason.Empty },
        { """{"choices":null}""", TeacherFinishReason.Empty },
        { """{"choices":[{"message":null,"finish_reason":"stop"}]}""", TeacherFinishReason.Empty },
        { """{"choices":[{"message":{"content":null,"tool_calls":[{"id":"t","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}""", TeacherFinishReason.Empty },
        { """{"choices":[{"message":{"content":null,"reasoning_content":"So the answer is (A)."},"finish_reason":"stop"}]}""", TeacherFinishReason.Empty },
        { """{"foo":1}""", TeacherFinishReason.Unreadable },
        { """[1,2]""", TeacherFinishReason.Unreadable },
        { """{"choices":[{"message":{"content":"Ice kee""", TeacherFinishReason.Unreadable },
        { "Ice keeps its own shape. So the answer is (A).", TeacherFinishReason.Unreadable },
        { "null", TeacherFinishReason.Unreadable },
    };

    /// <summary>Errors: the status over the wire, the body, the status that counts, whether it passes, and what is said.</summary>
    public static TheoryData<int, string, int, bool, string> Errors => new()
    {
        { 200, """{"error":"model 'x' not found, try pulling it first"}""", 404, false, "try pulling it first" },
        { 200, """{"error":"Unexpected endpoint or method. (POST /chat/completions)"}""", 404, false, "end in /v1" },
        { 200, """{"error":"something broke"}""", 502, true, "something broke" },
        { 200, """{"error":"Incorrect API key provided"}""", 401, false, "Is the key right?" },
        { 200, """{"error":"{\"message\": \"The engine is busy\", \"code\": 429}"}""", 429, true, ": The engine is busy (429)." },
        { 500, """{"error":"{\"error\": {\"message\": \"The engine is gone\"}}"}""", 500, true, ": The engine is gone." },
        { 500, """{"error":{"message":"litellm.RateLimitError: OpenAIException - {\"error\":{\"message\":\"Slow down\",\"type\":\"requests\"}}"}}""", 500, true, "litellm.RateLimitError: OpenAIException: Slow down (requests)." },
        { 401, """{"detail":"Error code: 401 - {'error': {'message': 'Bad key', 'code': 'invalid_api_key'}}"}""", 401, false, "Error code: 401: Bad key (invalid_api_key)." },
        { 400, """{"error":{"message":"Provider returned error","metadata":{"raw":"{\"error\":{\"message\":\"Too long\"}}"}}}""", 400, false, "Provider returned error: Too long." },
        { 400, """{"error":"The set {a, b} is not allowed"}""", 400, false, "The set {a, b} is not allowed." },
        { 401, "", 401, false, "the service refused the key and gave no reason. Is the key right?" },
        { 403, "", 403, false, "refused access" },
        { 502, "<html><body><h1>502 Bad Gateway</h1></body></html>", 502, true, "an HTML page, not JSON: '502 Bad Gateway'. Is the service behind this server started, and is the address that of the service?" },
        { 404, "", 404, false, "end in /v1" },
        { 429, "", 429, true, "too many requests" },
        { 204, "", 204, true, "HTTP 204 without a body" },
        { 202, "", 202, true, "HTTP 202 without a body" },
        { 200, """{"error":{"message":"busy","code":"429"}}""", 429, true, "busy" },
        { 200, """{"error":{"message":"busy","type":"rate_limit_error"}}""", 429, true, "busy (rate_limit_error)" },
        { 200, """[{"error":{"code":429,"message":"Resource exhausted","status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"3s"}]}}]""", 429, true, "asks to wait 3 s" },
        { 200, """{"object":"error","message":"This model's maximum context length is 10","type":"BadRequestError","code":400}""", 400, false, "maximum context length" },
        { 200, """{"choices":[{"error":{"code":503,"message":"no instances"},"message":{"content":""},"finish_reason":"error"}]}""", 503, true, "no instances" },
        { 200, """{"choices":null,"base_resp":{"status_code":1004,"status_msg":"login fail"}}""", 502, true, "login fail" },
        { 200, """{"success":false,"errors":[{"code":7003,"message":"could not route"}],"result":null}""", 502, true, "could not route" },
        { 200, """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", 529, true, "Overloaded" },
        { 200, "event: error\ndata: {\"error\":{\"message\":\"upstream\",\"code\":502}}\n\n", 502, true, "upstream" },
        { 401, """{"detail":"Not authenticated"}""", 401, false, "Not authenticated" },
        { 422, """{"detail":[{"loc":["body","messages",0,"content"],"msg":"Input should be a valid string","type":"string_type"}]}""", 422, false, "body.messages.0.content: Input should be a valid string" },
        { 400, """{"error":"first line\nsecond line"}""", 400, false, "first line second line" },
        { 500, "", 500, true, "the service failed and gave no reason" },
        { 503, "<html><head><title>503</title></head><body>Service\nunavailable</body></html>", 503, true, "an HTML page, not JSON: '503 Service unavailable'" },
        { 402, """{"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}}""", 402, false, "Insufficient Balance" },
        { 429, """{"error":{"message":"You exceeded your quota","type":"exceeded_current_quota_error"}}""", 429, false, "no credit" },
        { 308, "", 308, false, "redirection to https://elsewhere.example/v1" },
        { 405, """{"message":"Method Not Allowed"}""", 405, false, "/v1" },
    };

    [Theory]
    [MemberData(nameof(Readable))]
    public async Task Reply_OfAnotherForm_IsRead(string form, string body)
    {
        var reply = await AskAsync(body.Replace('¶', '\n'));

        Assert.True(("A", TeacherFinishReason.Complete, "Ice keeps its own shape, and steam does not.") == (reply.AnswerLabel, reply.FinishReason, reply.Rationale), $"{form}: {reply}");
    }

    [Theory]
    [InlineData("""{"prompt_tokens":10}""", 10L, null)]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":null}""", 10L, null)]
    [InlineData("""{"prompt_tokens":10,"total_tokens":15}""", 10L, 5L)]
    [InlineData("""{"prompt_tokens":10.0,"completion_tokens":"5"}""", 10L, 5L)]
    [InlineData("""{"prompt_tokens":10.5,"completion_tokens":-5}""", null, null)]
    [InlineData("""{"prompt_tokens":1e300,"completion_tokens":"many"}""", null, null)]
    [InlineData("""{"input_tokens":10,"output_tokens":5}""", 10L, 5L)]
    [InlineData("""{"prompt_tokens":{"a":1},"completion_tokens":[5]}""", null, null)]
    [InlineData("[]", null, null)]
    [InlineData("true", null, null)]
    public async Task Usage_InPart_IsWhatIsThere(string usage, long? input, long? output)
    {
        var reply = await AskAsync("""{"choices":[{"message":{"content":%}}],"usage":USAGE}""".Replace("USAGE", usage, StringComparison.Ordinal));

        Assert.Equal((input, output, TeacherFinishReason.Complete), (reply.InputTokens, reply.OutputTokens, reply.FinishReason));
    }

    [Theory]
    [MemberData(nameof(OtherEnds))]
    public async Task Reply_OfNoUse_IsToldApartAndItsBodyKept(string body, TeacherFinishReason expected)
    {
        var reply = await AskAsync(body);

        Assert.Equal(expected, reply.FinishReason);
        if (expected != TeacherFinishReason.Truncated)
            Assert.Equal(body, reply.Reply);
        Assert.Equal(expected == TeacherFinishReason.Unreadable, reply.Note is not null && reply.Note.Contains("could not be read", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Error_OfAnyForm_IsSaidOnOneLine(int status, string body, int counted, bool passes, string said)
    {
        await using var server = await ChatServer.StartAsync(_ => new()
        {
            Raw = new(status, Encoding.UTF8.GetBytes(body)) { Headers = new Dictionary<string, string> { ["Location"] = "https://elsewhere.example/v1" } },
        });

        var exception = await Assert.ThrowsAsync<TeacherServiceException>(() => OpenAITeacher.Create(server.Address).ExplainAsync(Request, Token));

        Assert.Equal((counted, passes), (exception.Status, exception.IsTransient));
        Assert.Contains(said, exception.Message);
        Assert.Contains($"{server.Address}, model 'model-1'", exception.Message);
        Assert.DoesNotContain(exception.Message, char.IsControl);
    }

    [Theory]
    [InlineData(401, """{"error":{"message":"bad key"}}""", "HTTP 401 from")]
    [InlineData(200, """{"choices":[{"index":0,"message":{"role":"assistant","content":"A"},"finish_reason":"eos"}]}""", "ChatCompletionsHandler")]
    public async Task BareClient_Failure_IsDescribedToo(int status, string body, string said)
    {
        await using var server = await ChatServer.StartAsync(_ => new() { Raw = new(status, Encoding.UTF8.GetBytes(body)) });

        var exception = await Assert.ThrowsAsync<TeacherServiceException>(() => new ChatClientTeacher(OpenAITeacher.BareClient(server.Address)).ExplainAsync(Request, Token));

        Assert.Contains(said, exception.Message);
        Assert.Contains(server.Address.ToString(), exception.Message);
    }

    [Theory]
    [InlineData("gzip", true)]
    [InlineData("gzip", false)]
    [InlineData("br", true)]
    [InlineData("utf-16", false)]
    [InlineData("iso-8859-1", false)]
    public async Task Reply_Encoded_IsRead(string encoding, bool isNamed)
    {
        var json = """{"choices":[{"message":{"content":"Água e gelo: ice keeps its shape. So the answer is (A)."}}]}""";
        var body = encoding switch
        {
            "gzip" => Compressed(json, stream => new GZipStream(stream, CompressionLevel.Fastest)),
            "br" => Compressed(json, stream => new BrotliStream(stream, CompressionLevel.Fastest)),
            _ => Encoding.GetEncoding(encoding).GetBytes(json),
        };
        var headers = new Dictionary<string, string> { ["Content-Type"] = encoding.Contains('-') ? $"text/plain; charset={encoding}" : "application/json" };
        if (isNamed)
            headers["Content-Encoding"] = encoding;
        await using var server = await ChatServer.StartAsync(_ => new() { Raw = new(200, body) { Headers = headers } });

        var reply = await OpenAITeacher.Create(server.Address).ExplainAsync(Request, Token);

        Assert.Equal(("A", "Água e gelo: ice keeps its shape."), (reply.AnswerLabel, reply.Rationale));
    }

    [Fact]
    public async Task Reply_TooLong_FailsWithTheEndpoint()
    {
        var body = new byte[50_000_000];
        Array.Fill(body, (byte)' ');
        await using var server = await ChatServer.StartAsync(_ => new() { Raw = new(200, body) });
        var chat = new ChatClientTeacher(OpenAITeacher.Client(server.Address));

        var exception = await Assert.ThrowsAsync<TeacherServiceException>(() => chat.ExplainAsync(Request, Token));

        Assert.Contains($"{server.Address}, model 'model-1': the reply is longer than 1,000,000 bytes", exception.Message);
        Assert.False(exception.IsTransient);
        var short_ = new ChatClientTeacher(OpenAITeacher.Client(server.Address, new() { MaxReplyBytes = 100 }));
        Assert.Contains("100 bytes", (await Assert.ThrowsAsync<TeacherServiceException>(() => short_.ExplainAsync(Request, Token))).Message);
    }

    [Fact]
    public async Task Reply_TooLong_IsNotReadToItsEndAndTakesMemoryInProportionToTheBound()
    {
        const int Bound = 1_000_000;
        using var body = new CountingStream(new byte[50_000_000]);
        using var content = new StreamContent(body);
        long before = GC.GetAllocatedBytesForCurrentThread();

        var reading = ReplyBody.ReadAsync(content, Bound, Token);

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(reading.IsCompletedSuccessfully); // on this thread, whose memory is counted
        Assert.InRange(allocated, Bound, 8 * Bound);
        Assert.InRange(body.BytesRead, Bound, 2 * Bound);
        Assert.Equal(Bound, (await reading).Text.Length);
    }

    [Fact]
    public async Task Reply_ThatUnpacksToMuch_IsBounded()
    {
        var bomb = Compressed(new string(' ', 100_000_000), stream => new GZipStream(stream, CompressionLevel.Fastest));
        await using var server = await ChatServer.StartAsync(_ => new() { Raw = new(200, bomb) { Headers = new Dictionary<string, string> { ["Content-Encoding"] = "gzip" } } });

        Assert.Contains("longer than", (await Assert.ThrowsAsync<TeacherServiceException>(() => OpenAITeacher.Create(server.Address).ExplainAsync(Request, Token))).Message);
    }

    [Theory]
    [InlineData(ReplyLimitField.Automatic, "max_completion_tokens", 422)]
    [InlineData(ReplyLimitField.Automatic, "max_tokens", 400)]
    [InlineData(ReplyLimitField.MaxTokens, "max_completion_tokens", 422)]
    [InlineData(ReplyLimitField.MaxCompletionTokens, "max_tokens", 400)]
    public async Task Limit_UnderANameThatIsRefused_IsSentUnderTheOther(ReplyLimitField setting, string refused, int status)
    {
        var sent = new List<string>();
        await using var server = await ChatServer.StartAsync(call =>
        {
            sent.AddRange(call.Body.EnumerateObject().Select(field => field.Name).Where(name => name.StartsWith("max_", StringComparison.Ordinal)));
            return call.Body.TryGetProperty(refused, out _)
                ? new() { Raw = new(status, Encoding.UTF8.GetBytes($"{{\"error\":{{\"message\":\"Unsupported parameter: '{refused}' is not supported\"}}}}")) }
                : new();
        });
        var chat = new ChatClientTeacher(OpenAITeacher.Client(server.Address, new() { LimitField = setting }), new() { MaxOutputTokens = 64 });

        for (int i = 0; i < 3; i++)
            await chat.ExplainAsync(Request, Token);

        var taken = refused == "max_tokens" ? "max_completion_tokens" : "max_tokens";
        Assert.Equal(setting == ReplyLimitField.Automatic && refused == "max_tokens" ? [refused, taken, taken, taken] : [taken, taken, taken], sent);
    }

    [Fact]
    public async Task Limit_ThatIsTooLarge_IsTheServicesOwnErrorAndNotTriedAgain()
    {
        await using var server = await ChatServer.StartAsync(_ => new() { Raw = new(400, """{"error":{"message":"max_tokens is too large; max_completion_tokens as well"}}"""u8.ToArray()) });
        var chat = OpenAITeacher.Create(server.Address, new() { MaxOutputTokens = 1_000_000 });

        for (int i = 0; i < 2; i++)
            Assert.Contains("is too large", (await Assert.ThrowsAsync<TeacherServiceException>(() => chat.ExplainAsync(Request, Token))).Message);

        Assert.Equal(3, server.Calls.Values.Sum());
    }

    [Fact]
    public async Task Annotate_Unreadable_IsStoredRepeatedAndCounted()
    {
        using var folder = new TempFolder();
        const string Body = """{"surprise":{"words":"So the answer is (A)."}}""";
        await using var server = await ChatServer.StartAsync(call => call.Number == 0 ? new() { Raw = new(200, Encoding.UTF8.GetBytes(Body)) } : new());
        await using var store = JsonLinesRationaleStore.Open(folder.File("r.jsonl"), Token);
        var chat = OpenAITeacher.Create(server.Address);

        var result = await new RationaleAnnotator(chat, store, AnnotationSettings.For(chat) with { UnusableRetries = 1 }).AnnotateAsync([Request.Question], cancellationToken: Token);

        var records = await store.ReadAllAsync(Token).ToListAsync(Token);
        Assert.Equal([TeacherFinishReason.Unreadable, TeacherFinishReason.Complete], records.Select(record => record.FinishReason));
        Assert.Equal((Body, ""), (records[0].Reply, records[0].Rationale));
        Assert.Equal((1, 1, 0), (result.Totals.Done, result.Totals.Unusable, result.Totals.Failed));
        Assert.Contains(server.Address.ToString(), result.Totals.LatestProblem!.Message);
    }

    [Fact]
    public async Task Annotate_RefusedPrompt_IsSaidStoredAndNotPaidForAgain()
    {
        using var folder = new TempFolder();
        await using var server = await ChatServer.StartAsync(_ => new() { Raw = new(400, """{"error":{"message":"filtered","code":"content_filter"}}"""u8.ToArray()) });
        await using var store = JsonLinesRationaleStore.Open(folder.File("r.jsonl"), Token);
        var chat = OpenAITeacher.Create(server.Address);
        var annotator = new RationaleAnnotator(chat, store, AnnotationSettings.For(chat) with { MaxFailures = 1 });

        var first = await annotator.AnnotateAsync(OpenAITeacher.Questions(3), cancellationToken: Token);
        var second = await annotator.AnnotateAsync(OpenAITeacher.Questions(3), cancellationToken: Token);

        Assert.Equal((3, false, 3), (first.Failures.Count, first.IsStoppedEarly, second.Totals.Skipped));
        Assert.All(await store.ReadAllAsync(Token).ToListAsync(Token), record => Assert.Equal(TeacherFinishReason.Refused, record.FinishReason));
        Assert.Equal(3, server.Calls.Values.Sum());
    }

    [Fact]
    public async Task Annotate_NobodyListens_SaysSoAndGivesUpSoon()
    {
        Uri address;
        await using (var server = await ChatServer.StartAsync(_ => new()))
            address = server.Address;
        var retries = new List<TeacherRetry>();
        var teacher = new TeacherBuilder(OpenAITeacher.Create(address), new StallClock()).UseRetry(new() { OnRetry = retries.Add }).Build();

        var exception = await Assert.ThrowsAsync<TeacherServiceException>(() => teacher.ExplainAsync(Request, Token));

        Assert.Contains($"{address}, model 'model-1': the connection was refused", exception.Message);
        Assert.Equal([1, 2], retries.Select(retry => retry.Attempt));
        Assert.All(retries, retry => Assert.Equal(exception.Message, retry.Exception.Message));
    }

    private static async Task<TeacherReply> AskAsync(string body)
    {
        await using var server = await ChatServer.StartAsync(_ => new() { Raw = new(200, Encoding.UTF8.GetBytes(body.Replace("%", Quoted, StringComparison.Ordinal))) });
        return await OpenAITeacher.Create(server.Address).ExplainAsync(Request, Token);
    }

    private static byte[] Compressed(string text, Func<Stream, Stream> compress)
    {
        var buffer = new MemoryStream();
        using (var stream = compress(buffer))
            stream.Write(Encoding.UTF8.GetBytes(text));
        return buffer.ToArray();
    }

    private sealed class CountingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public long BytesRead { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await base.ReadAsync(buffer, cancellationToken);
            BytesRead += read;
            return read;
        }
    }
}
