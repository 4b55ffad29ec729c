#:package SciCoT.Runtime@0.1.0
using SciCoT;
using SciCoT.Students;

if (args is not [var model, var question] || !File.Exists(Path.Combine(model, SciCoTModelFolder.Manifest)))
{ Console.Error.WriteLine("dotnet run ask.cs -- MODEL_FOLDER \"What rusts? (A) iron (B) wood\""); return 2; }
using var rationaleStudent = SciCoTModelFolder.LoadRationaleStudent(model);
using var answerStudent = SciCoTModelFolder.LoadAnswerStudent(model);
Answer answer = await new SciCoTPipeline(rationaleStudent, answerStudent).AnswerAsync(question);
Console.WriteLine($"{answer.Text}, because: {answer.Rationales[0]}");
return 0;
