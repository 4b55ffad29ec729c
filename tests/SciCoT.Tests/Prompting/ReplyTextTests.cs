using SciCoT.Prompting;

namespace SciCoT.Tests.Prompting;

/// <summary>Replies as servers send them whose chat template leaks: thoughts, channels, role names, end marks.</summary>
public class ReplyTextTests
{
    private const string Said = "Ice keeps its own shape, and steam does not.";
    private const string Reply = Said + " So the answer is (A).";

    private static readonly ScienceQuestion Question = ScienceQuestion.Create("Which keeps its own shape?", "ice", "steam");

    [Theory]
    [InlineData("<think>Maybe (B)? So the answer is (B). No.</think>\n" + Reply)]
    [InlineData("<THINK>Maybe (B).</THINK>\n" + Reply)]
    [InlineData("<Thinking>Maybe (B).</Thinking>" + Reply)]
    [InlineData("<thought>The answer is (B).</thought>\n\n" + Reply)]
    [InlineData("<thoughts>The answer is (B).</thoughts>" + Reply)]
    [InlineData("<reasoning>The answer is (B).</reasoning>" + Reply)]
    [InlineData("<reasoning effort=\"high\">The answer is (B).</reasoning>" + Reply)]
    [InlineData("<think duration=3 id='x'>The answer is (B).</think >" + Reply)]
    [InlineData("< think >The answer is (B).</ think>" + Reply)]
    [InlineData("<antThinking>The answer is (B).</antThinking>" + Reply)]
    [InlineData("<scratchpad>The answer is (B).</scratchpad>" + Reply)]
    [InlineData("<seed:think>The answer is (B).</seed:think>" + Reply)]
    [InlineData("&lt;think&gt;The answer is (B).&lt;/think&gt;" + Reply)]
    [InlineData("[THINK]First guess: steam. The answer is (B).[/THINK]" + Reply)]
    [InlineData("[think]The answer is (B).[/think]\n" + Reply)]
    [InlineData("◁think▷The answer is (B).◁/think▷" + Reply)]
    [InlineData("<|begin_of_thought|>The answer is (B).<|end_of_thought|>\n<|begin_of_solution|>" + Reply + "<|end_of_solution|>")]
    [InlineData("<|START_THINKING|>The answer is (B).<|END_THINKING|><|START_RESPONSE|>" + Reply + "<|END_RESPONSE|>")]
    [InlineData("<|inner_prefix|>The answer is (B).<|inner_suffix|>" + Reply)]
    [InlineData("<unused94>thought\nThe answer is (B).<unused95>" + Reply)]
    [InlineData("Maybe B. So the answer is (B).\n</think>\n\n" + Reply)]
    [InlineData("Maybe B. So the answer is (B).\n[/THINK]" + Reply)]
    [InlineData("Maybe B.◁/think▷" + Reply)]
    [InlineData("<think>a<think>The answer is (B).</think>b</think>" + Reply)]
    [InlineData("<think>I should not write <think> again. The answer is (B).</think>" + Reply)]
    [InlineData("<think>one</think><think>The answer is (B).</think>" + Reply)]
    [InlineData("<think></think>" + Reply)]
    [InlineData("<think/>" + Reply)]
    [InlineData(Said + "<think>The answer is (B).</think> So the answer is (A).")]
    [InlineData(Reply + "\n<think>Or is the answer (B)?</think>")]
    [InlineData(Reply + "\n<think>Or is the answer (B)? Hm")]
    [InlineData("```\n<think>The answer is (B).</think>\n```\n" + Reply)]
    [InlineData("```text\n<think>The answer is (B).</think>\n" + Reply + "\n```")]
    [InlineData("<|im_start|>assistant\n<think>\nThe answer is (B).\n</think>\n" + Reply + "<|im_end|>")]
    [InlineData("<reason>Steam? The answer is (B).</reason>" + Said + " So the answer is (A).")]
    [InlineData("<internal>Steam? The answer is (B).</internal>" + Said + " So the answer is (A).")]
    [InlineData("<｜begin▁of▁thinking｜>Steam? The answer is (B).<｜end▁of▁thinking｜>" + Said + " So the answer is (A).")]
    [InlineData("```think\nSteam? The answer is (B).\n```\n" + Said + " So the answer is (A).")]
    [InlineData("<details type=\"reasoning\" done=\"true\">\n<summary>Thought for 3 seconds</summary>\n> The answer is (B).\n</details>\n" + Said + " So the answer is (A).")]
    [InlineData("<assistant>" + Said + " So the answer is (A).</assistant>")]
    public void Read_Thoughts_ArePartOfNothing(string reply) => IsTheReply(reply);

    [Theory]
    [InlineData("<|channel|>analysis<|message|>Perhaps steam. The answer is (B).<|end|><|start|>assistant<|channel|>final<|message|>" + Reply)]
    [InlineData("<|channel|>analysis<|message|>The answer is (B).<|end|><|start|>assistant<|channel|>final<|message|>" + Reply + "<|return|>")]
    [InlineData("<|start|>assistant<|channel|>analysis<|message|>The answer is (B).<|end|>\n<|start|>assistant<|channel|>final <|constrain|>json<|message|>" + Reply)]
    [InlineData("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary to=functions.x <|constrain|>json<|message|>{}<|call|><|start|>assistant<|channel|>final<|message|>" + Reply)]
    [InlineData("analysis<|message|>The answer is (B).<|end|><|start|>assistant<|channel|>final<|message|>" + Reply)]
    [InlineData("<|channel|>final<|message|>" + Reply)]
    [InlineData("<|message|>" + Reply)]
    [InlineData(Reply + "<|end|><|start|>assistant<|channel|>analysis<|message|>The answer is (B).")]
    [InlineData("analysisWe need the shape. The answer is (B).assistantfinal" + Reply)]
    [InlineData("analysis We need more. assistantanalysisThe answer is (B).assistantfinal" + Reply)]
    [InlineData("analysisThe answer is (B).assistantcommentaryHm.assistantfinal" + Reply)]
    [InlineData("ANALYSISThe answer is (B).ASSISTANTFINAL" + Reply)]
    [InlineData("analysis\nThe answer is (B).\nassistant\nfinal\n" + Reply)]
    [InlineData("assistantfinal" + Reply)]
    [InlineData("final" + Reply)]
    public void Read_Channels_OnlyTheFinalOneCounts(string reply) => IsTheReply(reply);

    [Theory]
    [InlineData(Reply + "<|eot_id|>")]
    [InlineData(Reply + "</s>")]
    [InlineData(Reply + " <|im_end|>\n")]
    [InlineData(Reply + "<|endoftext|>")]
    [InlineData(Reply + "<|end_of_text|>")]
    [InlineData(Reply + "<end_of_turn>")]
    [InlineData(Reply + "<eos>")]
    [InlineData(Reply + "<|end|>")]
    [InlineData(Reply + "[/s]")]
    [InlineData(Reply + "<｜end▁of▁sentence｜>")]
    [InlineData(Reply + "<|END_OF_TURN_TOKEN|>")]
    [InlineData(Reply + "[|endofturn|]")]
    [InlineData(Reply + "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nAnd this? The answer is (B).")]
    [InlineData(Reply + "<|im_end|>\n<|im_start|>user\nAnd steam? The answer is (B).<|im_end|>")]
    [InlineData(Reply + "<|eot_id|>assistant\n\nThe answer is (B).")]
    [InlineData(Reply + "assistant\n\nThe answer is (B).")]
    [InlineData(Reply + "\nUser: And steam?\nAssistant: The answer is (B).")]
    [InlineData(Reply + "<pad><pad><pad>")]
    [InlineData("<s>" + Reply + "</s></s>")]
    [InlineData("<|begin_of_text|>" + Reply)]
    [InlineData("<|start_header_id|>assistant<|end_header_id|>\n\n" + Reply + "<|eot_id|>")]
    [InlineData("<|im_start|>user\nThe answer is (B)?<|im_end|>\n<|im_start|>assistant\n" + Reply)]
    [InlineData("<|assistant|>\n" + Reply)]
    [InlineData("<start_of_turn>model\n" + Reply + "<end_of_turn>")]
    [InlineData("<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>" + Reply)]
    [InlineData("<｜Assistant｜>" + Reply + "<｜User｜>The answer is (B).")]
    [InlineData("[INST] Which? The answer is (B). [/INST] " + Reply)]
    [InlineData("[/INST]" + Reply)]
    [InlineData("assistant\n\n" + Reply)]
    [InlineData("assistant: " + Reply)]
    [InlineData("ASSISTANT: " + Reply)]
    [InlineData("**Assistant:** " + Reply)]
    [InlineData("### Response:\n" + Reply)]
    [InlineData("model\n" + Reply)]
    [InlineData("assistant" + Reply)]
    [InlineData("\ufeff\u200bIce keeps its own sh\u00adape, and steam does not. So the answer is \u200b(A\u200b).\u200b")]
    [InlineData("[INST] " + Reply + " [/INST]")]
    [InlineData("[INST] " + Reply)]
    [InlineData("[INST] Question: Which?\nChoices:\n(A) ice\n(B) steam [/INST] " + Reply)]
    [InlineData("Ice keeps its own shape,\r\nand steam does not.\r\nSo the answer is (A).", "Ice keeps its own shape,\nand steam does not.")]
    public void Read_MarksAndRoles_AreGone(string reply, string expected = Said) => IsTheReply(reply, expected);

    [Theory]
    [InlineData("")]
    [InlineData("<|eot_id|>")]
    [InlineData("<|im_end|><|im_end|>\n</s>")]
    [InlineData("<think>Maybe. So the answer is (B).")]
    [InlineData("<think>Maybe. So the answer is (B).</think>")]
    [InlineData("[THINK]Maybe. So the answer is (B).")]
    [InlineData("◁think▷Maybe. So the answer is (B).")]
    [InlineData("<|channel|>analysis<|message|>So the answer is (B).")]
    [InlineData("<|channel|>analysis<|message|>So the answer is (B).<|end|>")]
    [InlineData("<|channel|>analysis<|message|>So it is.<|end|><|start|>assistant<|channel|>final<|message|>")]
    [InlineData("analysisWe need the shape. So the answer is (B).")]
    [InlineData("<|start_header_id|>assistant<|end_header_id|>\n\n<|eot_id|>")]
    [InlineData("assistant\n")]
    [InlineData("[INST] Question: Which?\nChoices:\n(A) ice\n(B) steam\nSo the answer is (B). [/INST]")]
    [InlineData("```\n<think>Hm.</think>\n```")]
    public void Read_OnlyThoughtsOrMarks_IsEmpty(string reply) =>
        Assert.Equal(new ExtractedAnswer("", null), AnswerExtraction.Read(Question, reply));

    [Theory]
    [InlineData("I think that ice is a solid [think of rock], as a model of it shows.")]
    [InlineData("The assistant final exam asks: x < 3 and y > 2; thinking > guessing.")]
    [InlineData("Analysis of the data shows that ice is a solid.")]
    [InlineData("analysis of the data shows that ice is a solid.")]
    [InlineData("Model: ice. The bot said so."/* a role's name with a colon goes */, "ice. The bot said so.")]
    [InlineData("نمی\u200cخواهم 👩\u200d🔬")]
    public void Clean_ProseThatLooksLikeMarks_Stays(string text, string? expected = null)
    {
        Assert.Equal(expected ?? text, ReplyText.Clean(text));
        Assert.False(ReplyText.HasMarks(text));
    }

    private static void IsTheReply(string reply, string expected = Said)
    {
        Assert.Equal(new ExtractedAnswer(expected, "A"), AnswerExtraction.Read(Question, reply));
        Assert.Equal(new ExtractedAnswer(expected, "A"), (TeacherPrompt.FewShot with { Form = TeacherReplyForm.Json }).ReadExplanation(Question, reply));
    }
}
