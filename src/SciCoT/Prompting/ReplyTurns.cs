using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;

namespace SciCoT.Prompting;

/// <summary>The marks that chat templates put between turns, where a server lets them through.</summary>
internal static partial class ReplyTurns
{
    /// <summary>The assistant's first turn without marks and role names. What a model goes on to say after its end is left out.</summary>
    public static string First(string text)
    {
        var turns = Split(text);
        var turn = turns.FirstOrDefault(turn => turn.Role is Role.Assistant) ?? turns.FirstOrDefault(turn => turn.Role is Role.None) ?? Instructed(turns) ?? new(Role.None, "");
        var said = WithoutRole(turn.Text);
        // The mark before the next role was lost: "… (A).assistant\n\nIce …", "… (A).\nUser: And this one?"
        return PatternSearch.Near(NextRole(), said, PatternSearch.Places(said, RoleWords), before: 16, after: 40).FirstOrDefault() is { Index: > 0 } next ? said[..next.Index] : said;
    }

    /// <summary>A reply that a model put between the instruction's own marks, <c>[INST]</c>; not the instruction said again.</summary>
    private static Turn? Instructed(List<Turn> turns) =>
        turns is [{ Role: Role.Instruction } only] && !only.Text.Contains("Question:", StringComparison.OrdinalIgnoreCase) && !only.Text.Contains("Choices:", StringComparison.OrdinalIgnoreCase) ? only : null;

    public static string? FindMark(string text) => MayHaveMarks(text) && Mark().Match(text) is { Success: true } mark ? mark.Value : null;

    private static bool MayHaveMarks(string text) => text.AsSpan().ContainsAny('<', '[') && text.AsSpan().ContainsAny('>', ']');

    /// <summary>Each <see cref="NextRole"/> holds one of these.</summary>
    private static readonly SearchValues<string> RoleWords = PatternSearch.Words("assistant user model human instruction input");

    private enum Role
    {
        None,
        Assistant,
        Instruction,
        Other,
    }

    private sealed record Turn(Role Role, string Text);

    /// <summary>The turns that say something.</summary>
    private static List<Turn> Split(string text)
    {
        var turns = new List<Turn>();
        var said = new StringBuilder();
        var role = Role.Assistant;
        int position = 0;
        for (var mark = MayHaveMarks(text) ? Mark().Match(text) : Match.Empty; mark.Success; mark = mark.NextMatch())
        {
            said.Append(text, position, mark.Index - position);
            position = mark.Index + mark.Length;
            if (mark.Groups["role"] is { Success: true } named)
                Next(RoleOf(named.Value));
            else if (mark.Groups["end"].Success)
                Next(Role.None);
        }

        if (position > 0)
            said.Append(text, position, text.Length - position);
        Next(Role.None, position == 0 ? text : null);
        return turns;

        void Next(Role next, string? whole = null)
        {
            var spoken = whole ?? said.ToString();
            said.Clear();
            if (string.IsNullOrWhiteSpace(spoken))
            {
                role = next;
                return;
            }

            var speaker = role is Role.None && LeadingRole().Match(spoken) is { Success: true } word ? RoleOf(word.Groups["role"].Value) : role;
            if (!string.IsNullOrWhiteSpace(WithoutRole(spoken)))
                turns.Add(new(speaker, spoken));
            role = next;
        }
    }

    private static Role RoleOf(string name) => name.ToLowerInvariant() switch
    {
        "assistant" or "model" or "bot" or "chatbot" or "chatbot_token" or "ai" or "gpt" or "/inst" => Role.Assistant,
        "inst" => Role.Instruction,
        _ => Role.Other,
    };

    private static string WithoutRole(string text)
    {
        for (int i = 0; i < 3 && LeadingRole().Match(text) is { Success: true } word && RoleOf(word.Groups["role"].Value) != Role.Other; i++)
            text = text[word.Length..];
        return text;
    }

    /// <summary>Marks of Llama, ChatML, Gemma, Phi, Mistral, DeepSeek, Granite, Cohere, EXAONE and others; the first alternatives name a role.</summary>
    [GeneratedRegex(
        """
        <[|｜](?:im_start|start_header_id|start_of_role|role_start|start)[|｜]>\s{0,2}(?<role>[a-z]{1,20})?[ ]?(?:<[|｜](?:end_header_id|end_of_role|im_sep|role_end|message)[|｜]>)?
        | <start_of_turn>\s{0,2}(?<role>[a-z]{1,20})?
        | <[|｜](?<role>assistant|model|bot|chatbot|chatbot_token|user|user_token|system|system_token|human|tool|prompter|observation|ipython|gpt)[|｜]>
        | \[[|](?<role>assistant|model|user|system|tool)[|]\]
        | \[(?<role>/?INST)\]
        | (?<end><[|｜](?:eot_id|eom_id|im_end|end|end_of_text|endoftext|return|call|eot|eos|eod|stop|endofturn|end_of_turn|end_of_turn_token|end▁of▁sentence|end_of_sentence|endofprompt|end_turn|separator|reserved_special_token_\d{1,4}|diff_marker|s|/s)[|｜]>)
        | (?<end></s>|<(?:eos|end_of_turn|end_of_text|endoftext|eot|end_of_sentence|end_of_utterance)>|\[[|]endofturn[|]\]|\[(?:/s|EOS|end[ ]of[ ]text)\])
        | <[|｜](?!begin_of_box|end_of_box)[a-z0-9_/▁.:-]{1,40}[|｜]>
        | <s>|</?(?:assistant|bos|pad|unk|sep|cls|mask|extra_id_\d{1,3}|unused\d{1,4})>|<0x[0-9a-f]{2}>|\[(?:BOS|UNK|PAD|SEP|CLS|MASK)\]|<</?SYS>>|\[[|][a-z_]{1,20}[|]\]
        """, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Mark();

    /// <summary>A role's name on a line of its own, before a colon or run together with the first word.</summary>
    [GeneratedRegex(@"^\s{0,8}(?:#{1,6} ?)?(?:\*\*)?(?<role>assistant|model|chatbot|bot|ai|gpt|response|user|human|system)(?:\*\*)?(?:[ \t]?[:：](?:\*\*)?[ \t]?\n{0,8}|[ \t]?\n{1,8}|(?-i:(?<=assistant)(?=[A-Z""“(])))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LeadingRole();

    [GeneratedRegex(@"(?<=[.!?)\]""”*]) ?\n?assistant\n|\n(?:assistant|user|model|human)[ \t]?\n|\n(?:user|human|assistant)[ \t]?:(?=[ \t]?\S)|\n#{1,4} ?(?:instruction|input|user|human|assistant)s? ?:", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NextRole();
}
