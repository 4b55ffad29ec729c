namespace SciCoT.Tokenization;

/// <summary>Added tokens with their final ids, which are given as the Rust library gives them.</summary>
internal sealed class AddedVocabulary
{
    private readonly Func<string, int?> _modelId;
    private readonly int _modelSize;
    private readonly Dictionary<string, AddedToken> _byText = new(StringComparer.Ordinal);
    private readonly Dictionary<int, AddedToken> _byId = [];

    /// <summary>Ids that a file states for a token which has another one. They are decoded, but never written.</summary>
    private readonly Dictionary<int, AddedToken> _stated = [];
    private int _next;

    /// <param name="modelId">The id of a piece or sentinel of the vocabulary itself; null where it has none of this text.</param>
    /// <param name="modelSize">The first id behind the vocabulary.</param>
    public AddedVocabulary(Func<string, int?> modelId, int modelSize)
    {
        _modelId = modelId;
        _modelSize = _next = modelSize;
    }

    public IEnumerable<AddedToken> Tokens => _byId.Values.OrderBy(token => token.Id);

    /// <summary>
    /// A text that the vocabulary has keeps its id, and a text that was added before takes the new flags. Any other gets the
    /// next id, or the stated one where <paramref name="keepId"/> asks for it and no token has it.
    /// </summary>
    public void Add(AddedToken token, bool keepId)
    {
        if (token.Text.Length == 0)
            return;
        int id = _byText.TryGetValue(token.Text, out var known) ? known.Id
            : _modelId(token.Text) is { } own ? own
            : keepId && token.Id >= _modelSize && !_byId.ContainsKey(token.Id) ? token.Id
            : _next;
        if (id != token.Id)
            _stated[token.Id] = token.WithId(id);
        _byText[token.Text] = _byId[id] = token.WithId(id);
        _next = Math.Max(_next, id + 1);
    }

    /// <summary>Adds a special token that no file gives an id, unless it is there.</summary>
    public void AddName(string name)
    {
        if (!_byText.ContainsKey(name) && _modelId(name) is null)
            Add(new AddedToken(_next, name) { Special = true }, keepId: false);
    }

    public bool TryGet(int id, out AddedToken token) => _byId.TryGetValue(id, out token!);

    public bool TryGet(string text, out AddedToken token) => _byText.TryGetValue(text, out token!);

    public bool TryGetStated(int id, out AddedToken token) => _stated.TryGetValue(id, out token!);

    public int LargestId => _byId.Keys.Concat(_stated.Keys).DefaultIfEmpty(-1).Max();
}
