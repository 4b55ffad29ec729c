using SciCoT.Questions;
using SciCoT.Tests.Support;

namespace SciCoT.Tests.Questions;

/// <summary>Rows of benchmarks as Hugging Face's <c>datasets</c> and pandas write them, and rows whose choices nobody understands.</summary>
public sealed class BenchmarkRowTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"goal":"How to heat tea?","sol1":"blow on it","sol2":"boil it","label":1}""", "How to heat tea?", 2, "boil it")] // PIQA
    [InlineData("""{"goal":"How to heat tea?","sol1":"blow on it","sol2":"boil it","label":-1}""", "How to heat tea?", 2, null)]
    [InlineData("""{"ind":4,"activity_label":"Tea","ctx_a":"A man","ctx":"A man boils water. He","endings":["eats it.","makes tea.","flies."],"label":"1"}""", "A man boils water. He", 3, "makes tea.")] // HellaSwag
    [InlineData("""{"ind":4,"ctx":"A man boils water. He","endings":["eats it.","makes tea.","flies."],"label":""}""", "A man boils water. He", 3, null)]
    [InlineData("""{"sent1":"He boils.","startphrase":"He boils. He","ending0":"eats","ending1":"drinks","ending2":"sings","ending3":"runs","label":1}""", "He boils. He", 4, "drinks")] // SWAG
    [InlineData("""{"sentence":"Tea cooled faster than soup since _ was thin.","option1":"tea","option2":"soup","answer":"1"}""", "Tea cooled faster than soup since _ was thin.", 2, "tea")] // WinoGrande
    [InlineData("""{"premise":"The ice melted.","choice1":"It was cold.","choice2":"It was warm.","question":"cause","label":1,"idx":0}""", "The ice melted. What was the cause of this?", 2, "It was warm.")] // COPA
    [InlineData("""{"premise":"The ice melted.","choice1":"It was wet.","choice2":"It froze.","question":"effect","label":0}""", "The ice melted. What happened as a result?", 2, "It was wet.")]
    [InlineData("""{"context":"Kim made tea.","question":"What next?","answerA":"drink","answerB":"sing","answerC":"run","label":"1"}""", "What next?", 3, "drink")] // Social IQa
    [InlineData("""{"id":"1","context":"Tea.","question":"Why?","answer0":"a","answer1":"b","answer2":"c","answer3":"d","label":1}""", "Why?", 4, "b")] // Cosmos QA
    [InlineData("""{"article":"Tea is hot.","question":"What is tea?","options":["cold","hot"],"answer":"B"}""", "What is tea?", 2, "hot")] // RACE
    [InlineData("""{"question":"Why?","subject":"tea","choices":["a","b","c","d"],"answer":1}""", "Why?", 4, "b")] // MMLU
    [InlineData("""{"question_id":1,"question":"Why?","options":["a","b","c"],"answer":"B","answer_index":1}""", "Why?", 3, "b")] // MMLU-Pro
    [InlineData("""{"question":"Why?","answers":["a","b","c"],"correct_answer_id":1}""", "Why?", 3, "b")] // QuAIL
    [InlineData("""{"passage":"Tea","question":"Why?","options":["(A)cold","(B)hot"],"label":"B","other":null}""", "Why?", 2, "hot")] // AGIEval
    [InlineData("""{"question":"Can ice burn?","mc1_targets":{"choices":["Yes","No","Perhaps"],"labels":[0,1,0]},"mc2_targets":{"choices":["No","Never","Yes"],"labels":[1,1,0]}}""", "Can ice burn?", 3, "No")] // TruthfulQA
    [InlineData("""{"question":"Can ice burn?","mc1_targets":{"Yes":0,"No":1}}""", "Can ice burn?", 2, "No")]
    [InlineData("""{"question":"Can ice burn?","best_answer":"No","correct_answers":["No","Never"],"incorrect_answers":["Yes","Sometimes"]}""", "Can ice burn?", 3, "No")]
    [InlineData("""{"Question":"Why?","Correct Answer":"x","Incorrect Answer 1":"y","Incorrect Answer 2":"z"}""", "Why?", 3, "x")] // GPQA
    [InlineData("""{"Question":"Why?","A":"x","B":"y","Answer":"B"}""", "Why?", 2, "y")]
    [InlineData("""{"Question":"Why?","Option A":"x","Option B":"y","Correct Answer":"B"}""", "Why?", 2, "y")]
    public void Row_OfABenchmark_IsRead(string row, string stem, int choices, string? answer)
    {
        var question = Assert.Single(QuestionReader.Read(Write("q.jsonl", row))).Question;

        Assert.Equal((stem, choices, answer), (question.Stem, question.Choices.Count, question.GoldChoice?.Text));
        Assert.NotEmpty(question.Id);
    }

    [Theory]
    [InlineData("""{"question":"What melts?","choices":[{"text":"iron","isCorrect":false},{"text":"ice","isCorrect":true}]}""", "A iron|B ice", "B")]
    [InlineData("""{"question":"What melts?","answers":[{"id":1,"text":"iron","correct":0},{"id":2,"text":"ice","correct":1},{"id":3,"text":"wood","correct":0}]}""", "A iron|B ice|C wood", "B")]
    [InlineData("""{"question":{"stem":"What melts?","choices":[{"label":"1","text":"iron","is_correct":"false"},{"label":"2","text":"ice","is_correct":"true"}]}}""", "1 iron|2 ice", "2")]
    [InlineData("""{"question":"What melts?","choices":{"text":["iron","ice"],"correct":[false,true]}}""", "A iron|B ice", "B")]
    [InlineData("""{"question":"What melts?","answers":[{"answer":"iron","correct":false},{"answer":"ice","correct":true}]}""", "A iron|B ice", "B")]
    [InlineData("""{"question":"What melts?","options":[{"text":"iron","isCorrect":false},{"text":"ice","isCorrect":false}]}""", "A iron|B ice", null)]
    [InlineData("""{"question":"What melts?","choices":["iron","ice"],"answer":{"label":"B","text":"ice"}}""", "A iron|B ice", "B")]
    [InlineData("""{"question":"What melts?","choices":["iron","ice"],"answer":{"text":"ice"}}""", "A iron|B ice", "B")]
    [InlineData("""{"question":"What melts?","choices":["iron","ice"],"answer":[{"letter":"B"}]}""", "A iron|B ice", "B")]
    [InlineData("""{"Problem":"What is 19 + 19?","options":"a ) 38 , b ) 40 , c ) rs . 400 , d ) 1 , 000 , e ) none of these","correct":"a","category":"general"}""", "a 38|b 40|c rs . 400|d 1 , 000|e none of these", "a")] // MathQA
    [InlineData("""{"question":"What is 19 + 19?","options":["A)21","B)38","C)21.5"],"rationale":"Add.","correct":"B"}""", "A 21|B 38|C 21.5", "B")] // AQuA-RAT
    [InlineData("""{"question":"Which is a name?","options":["A.5","B.5"],"answer":"B"}""", "A A.5|B B.5", "B")]
    [InlineData("""{"question":"Which is first?","options":["A)21","38"],"answer":"B"}""", "A A)21|B 38", "B")]
    public void Row_WithMarksInOrAroundItsChoices_IsRead(string row, string choices, string? answer)
    {
        var question = Assert.Single(QuestionReader.Read(Write("q.jsonl", row))).Question;

        Assert.Equal((choices, answer), (string.Join('|', question.Choices.Select(choice => $"{choice.Label} {choice.Text}")), question.AnswerLabel));
    }

    [Theory]
    [InlineData("""{"question":"What melts?","choices":[{"text":"iron","isCorrect":true},{"text":"ice","isCorrect":true}]}""", "marks 2 of 2 choices as right; expected one")]
    [InlineData("""{"question":"What melts?","choices":["iron","ice"],"answer":{"who":"me"}}""", "field 'answer.label': is missing")]
    [InlineData("""{"question":"What melts?","choices":["iron","ice"],"answer":{"label":"D","text":"wood"}}""", "is 'D'")]
    public void Row_WhoseMarksMeanNoChoice_IsRefused(string row, string problem) =>
        Assert.Contains(problem, Assert.Throws<BadRowException>(() => QuestionReader.Read(Write("q.jsonl", row)).ToList()).Message);

    [Theory]
    [InlineData("goal,sol1,sol2,label\nHow to cool tea?,blow,boil,0\n", "blow", 2)]
    [InlineData("Question,Correct Answer,Incorrect Answer 1,Incorrect Answer 2\nWhy?,x,y,z\n", "x", 3)]
    [InlineData("Type,Category,Question,Best Answer,Correct Answers,Incorrect Answers,Source\nA,x,Can ice burn?,No,No; Never,Yes; Sometimes,u\n", "No", 3)]
    [InlineData("ind,ctx,endings,label\n1,A man,\"['eats' 'drinks']\",0\n", "eats", 2)]
    public void Csv_OfABenchmark_IsRead(string text, string answer, int choices)
    {
        var question = Assert.Single(QuestionReader.Read(Write("q.csv", text))).Question;

        Assert.Equal((answer, choices), (question.GoldChoice?.Text, question.Choices.Count));
    }

    [Theory]
    [InlineData("""{"question":"Why?","mc2_targets":{"choices":["a","b"],"labels":[1,1]},"answer":"x"}""", "mc2_targets")]
    [InlineData("""{"question":"Why?","choice_list":{"first":{"a":1}},"answerKey":"A"}""", "choice_list")]
    [InlineData("""{"question":"Why?","possibilities":["x","y"],"label":"B"}""", "possibilities")]
    [InlineData("""{"question":"Why?","distractors":["x","y"]}""", "distractors")]
    [InlineData("""{"question":"Why?","option 1st":"x","opt1":"x","label":0}""", "opt1")]
    public void Row_WithChoicesThatAreNotUnderstood_IsRefusedAndNotOpen(string row, string names)
    {
        var bad = Assert.Throws<BadRowException>(() => QuestionReader.Read(Write("q.jsonl", row)).ToList());

        Assert.Contains(names, bad.Message);
        Assert.Contains("choices", bad.Message);
        Assert.Equal(1, bad.Line);
        Assert.NotNull(bad.Field);
    }

    [Fact]
    public void CsvHeader_WithChoicesThatAreNotUnderstood_IsRefused() =>
        Assert.Contains("distractor list", Assert.Throws<BadRowException>(() => QuestionReader.Read(Write("q.csv", "question,distractor list,answer\nWhy?,x,B\n")).ToList()).Message);

    [Theory]
    [InlineData("""{"question":"Which vitamin?","answer":"C"}""", "C")]
    [InlineData("""{"stem":"How many?","choices":[],"answer":"3"}""", "3")]
    [InlineData("""{"id":"5","context":"Tea is hot.","question":"What is tea?","answers":{"text":["hot"],"answer_start":[7]}}""", null)] // SQuAD
    public void OpenRow_StaysOpen(string row, string? answer)
    {
        var question = Assert.Single(QuestionReader.Read(Write("q.jsonl", row))).Question;

        Assert.Empty(question.Choices);
        Assert.Equal(answer, question.AnswerLabel);
    }

    private string Write(string name, string text)
    {
        File.WriteAllText(_folder.File(name), text);
        return _folder.File(name);
    }
}
