#:package SciCoT.Runtime@0.1.0
using SciCoT;

if (args is not [var model, var question])
{
    Console.Error.WriteLine("dotnet run ask.cs -- MODEL_FOLDER \"What rusts? (A) iron (B) wood\"");
    return 2;
}

try
{
    using var pipeline = SciCoTPipeline.Load(model);
    Answer answer = await pipeline.AnswerAsync(question);
    Console.WriteLine($"{answer.Text}, because: {answer.Rationales[0]}");
    return 0;
}
catch (Exception e) when (SciCoTException.IsExpected(e)) // no model, a damaged one, a question without words: the message says what to do
{
    Console.Error.WriteLine(SciCoTException.Explain(e));
    return 1;
}
