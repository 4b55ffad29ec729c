using SciCoT.IO;

namespace SciCoT.Tests.IO;

public class ForeignTextTests
{
    [Fact]
    public void WhatSteersATerminal_IsOneRuleForMessagesAndTheWriter()
    {
        for (int code = 0; code <= char.MaxValue; code++)
        {
            var text = $"a{(char)code}b";
            bool isEscaped = TerminalWriter.Escape(text) != text;
            Assert.Equal(isEscaped || code is '\n' or '\t', ForeignText.Shown(text) != text);
            Assert.Equal(isEscaped || char.IsWhiteSpace((char)code), ForeignText.OneLine(text) == "a b");
        }
    }

    [Fact]
    public void LongText_IsCutBetweenCharacters()
    {
        Assert.Equal("ab…", ForeignText.Shown("ab😀c", 3));
        Assert.Equal("ab😀…", ForeignText.Shown("ab😀c", 4));
        Assert.Equal("ab😀c", ForeignText.Shown("ab😀c", 5));
        Assert.Equal("a b…", ForeignText.OneLine("a \r\n b c", 3));
        Assert.Equal("a b c", ForeignText.OneLine("a \r\n b c\n", 5));
    }
}
