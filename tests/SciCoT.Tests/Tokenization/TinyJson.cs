using System.Text;
using System.Text.Json.Nodes;
using SciCoT.Tests.Support;
using SciCoT.Tokenization;

namespace SciCoT.Tests.Tokenization;

/// <summary>A <c>tokenizer.json</c> with the vocabulary of the tiny SentencePiece model.</summary>
internal static class TinyJson
{
    /// <summary>As T5's published file prepares texts.</summary>
    public static JsonObject Published() => With(JsonNode.Parse("""
        {
          "added_tokens": [],
          "normalizer": {"type":"Sequence","normalizers":[{"type":"Precompiled","precompiled_charsmap":"FROM_MODEL"},{"type":"Replace","pattern":{"Regex":" {2,}"},"content":" "}]},
          "pre_tokenizer": {"type":"Metaspace","replacement":"▁","add_prefix_space":true},
          "decoder": {"type":"Metaspace","replacement":"▁","add_prefix_space":true}
        }
        """)!.AsObject());

    /// <param name="parts">The tokens behind the vocabulary, normalizer, pre-tokenizer and decoder.</param>
    public static JsonObject With(JsonObject parts)
    {
        var bytes = File.ReadAllBytes(ReferenceCases.TinyModel);
        var model = SentencePieceModelReader.Read(bytes);
        var own = model.Pieces.Index().Where(p => p.Item.Kind != PieceKind.Normal).Select(p => Added(p.Index, p.Item.Text, special: true));
        var json = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray([.. own, .. parts["added_tokens"]!.AsArray().Select(token => token!.DeepClone())]),
            ["model"] = new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = 2,
                ["vocab"] = new JsonArray([.. model.Pieces.Select(p => new JsonArray(p.Text, p.Score))]),
            },
        };
        foreach (string part in new[] { "normalizer", "pre_tokenizer", "decoder" })
            json[part] = parts[part] is { } value ? JsonNode.Parse(value.ToJsonString().Replace("FROM_MODEL", CharacterMapOf(bytes), StringComparison.Ordinal)) : null;
        return json;
    }

    public static JsonObject Added(int id, string content, bool special) => new()
    {
        ["id"] = id,
        ["content"] = content,
        ["single_word"] = false,
        ["lstrip"] = false,
        ["rstrip"] = false,
        ["normalized"] = false,
        ["special"] = special,
    };

    public static T5Tokenizer Load(JsonObject json) =>
        T5Tokenizer.Load(new VocabularyFile(VocabularyFile.JsonName, "folder/test.json", Encoding.UTF8.GetBytes(json.ToJsonString()), null));

    /// <summary>Field 2 of the normalizer specification, which is field 3 of the file.</summary>
    private static string CharacterMapOf(byte[] file)
    {
        var input = new Google.Protobuf.CodedInputStream(file);
        while (input.ReadTag() is var tag and not 0)
        {
            if (tag != (3 << 3 | 2))
            {
                input.SkipLastField();
                continue;
            }

            var normalizer = input.ReadBytes().CreateCodedInput();
            while (normalizer.ReadTag() is var inner and not 0)
            {
                if (inner == (2 << 3 | 2))
                    return normalizer.ReadBytes().ToBase64();
                normalizer.SkipLastField();
            }
        }

        throw new InvalidOperationException("The model has no character map.");
    }
}
