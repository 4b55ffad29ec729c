using SciCoT.IO;

namespace SciCoT.Checkpoints;

/// <summary>A dictionary of a pickle, by the names that are texts.</summary>
internal sealed class PickledDictionary
{
    /// <summary>How deep a state dictionary may lie in others.</summary>
    private const int MaxDepth = 4;

    /// <summary>The usual names under which training programs store the model beside the rest of their state.</summary>
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
        return dictionary.Find(MaxDepth, new(ReferenceEqualityComparer.Instance)) ?? throw dictionary.NoTensors();
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

    /// <param name="depth">How deep to look.</param>
    /// <param name="seen">The dictionaries looked into, each once: a pickle can hold one in very many places.</param>
    private KeyValuePair<string, PickledTensor>[]? Find(int depth, HashSet<PickledDictionary> seen)
    {
        if (!seen.Add(this))
            return null;
        var own = Items.Where(item => item.Value is PickledTensor).Select(item => KeyValuePair.Create(item.Key, (PickledTensor)item.Value)).ToArray();
        if (HasParameters(own) || depth == 0)
            return own.Length > 0 ? own : null;
        foreach (var name in Wrappings)
        {
            if (_items is not null && _items.TryGetValue(name, out var value) && value is PickledDictionary inner && inner.Find(depth - 1, seen) is { } found)
                return found;
        }

        // Under a name of the program's own: the only dictionary of parameters is the model.
        var others = Items.Select(item => (item.Value as PickledDictionary)?.Find(depth - 1, seen)).Where(HasParameters).Take(2).ToArray();
        return others is [var only] ? only : own.Length > 0 ? own : null;
    }

    /// <summary>Whether there are tensors under names with parts, as a module's parameters have them and an optimizer's state has not.</summary>
    private static bool HasParameters(KeyValuePair<string, PickledTensor>[]? tensors) => tensors?.Any(item => item.Key.Contains('.', StringComparison.Ordinal)) == true;

    private InvalidFileException NoTensors()
    {
        var first = Items.FirstOrDefault();
        return new InvalidFileException(first.Key is null
            ? "the dictionary is empty; expected tensors by name."
            : $"'{ForeignText.Shown(first.Key)}' is {Describe(first.Value)}; expected a tensor. A training state is no model: take the file that save_pretrained writes.");
    }
}
