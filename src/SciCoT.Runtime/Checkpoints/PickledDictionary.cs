using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>A dictionary of a pickle, by the names that are texts.</summary>
internal sealed class PickledDictionary
{
    /// <summary>How deep a state dictionary may lie in others.</summary>
    private const int MaxDepth = 4;

    /// <summary>The names under which training programs store the model beside the rest of their state.</summary>
    private static readonly string[] Wrappings = ["state_dict", "model_state_dict", "model", "module", "network", "net", "weights"];

    private Dictionary<string, object>? _items;

    private IEnumerable<KeyValuePair<string, object>> Items => _items ?? Enumerable.Empty<KeyValuePair<string, object>>();

    /// <exception cref="InvalidFileException">The name is there already.</exception>
    public void Add(string name, object value)
    {
        if (!(_items ??= new(StringComparer.Ordinal)).TryAdd(name, value))
            throw new InvalidFileException($"'{ForeignText.Shown(name)}' is there twice.");
    }

    /// <summary>The tensors of a state dictionary, or of the one that a training program wrapped; other values beside them are left out.</summary>
    /// <exception cref="InvalidFileException">There is none.</exception>
    public static IReadOnlyList<KeyValuePair<string, PickledTensor>> Tensors(object root)
    {
        if (root is not PickledDictionary dictionary)
            throw new InvalidFileException($"expected a dictionary of tensors, found {Describe(root)}.");
        return dictionary.Find(MaxDepth) ?? throw dictionary.NoTensors();
    }

    /// <summary>What a value is, for a message.</summary>
    public static string Describe(object value) => value switch
    {
        PickledFunction function => function.ToString(),
        PickledDictionary => "a dictionary",
        object[] tuple => $"a tuple of {tuple.Length}",
        string text => $"the text '{ForeignText.Shown(text)}'",
        long number => $"the number {number}",
        PickledTensor => "a tensor",
        PickledStorage => "a storage",
        _ => "a value",
    };

    private KeyValuePair<string, PickledTensor>[]? Find(int depth)
    {
        var own = Items.Where(item => item.Value is PickledTensor).Select(item => KeyValuePair.Create(item.Key, (PickledTensor)item.Value)).ToArray();
        if (own.Any(item => item.Key.Contains('.', StringComparison.Ordinal)) || depth == 0)
            return own.Length > 0 ? own : null; // a parameter's name has parts
        foreach (var name in Wrappings)
        {
            if (_items is not null && _items.TryGetValue(name, out var value) && value is PickledDictionary inner && inner.Find(depth - 1) is { } found)
                return found;
        }

        return own.Length > 0 ? own : null;
    }

    private InvalidFileException NoTensors()
    {
        var first = Items.FirstOrDefault();
        return new InvalidFileException(first.Key is null
            ? "the dictionary is empty; expected tensors by name."
            : $"'{ForeignText.Shown(first.Key)}' is {Describe(first.Value)}; expected a tensor. A training state is no model: take the file that save_pretrained writes.");
    }
}
