using System.Text;

namespace MigrateCleanup.Cli.Compilers;

/// <summary>Splits a command as a shell would: blanks, quotes, backslashes; nothing is expanded.</summary>
public static class CommandLineText
{
    public static List<string> Split(string command)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (isInWord, quote) = (false, '\0');
        for (var i = 0; i < command.Length; i++)
        {
            var c = command[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                if (isInWord)
                    words.Add(word.ToString());

                word.Clear();
                isInWord = false;
                continue;
            }

            isInWord = true;
            if (c == quote)
                quote = '\0';
            else if (quote == '\0' && c is '"' or '\'' && quote == '\0')
                quote = c;
            else if (c == '\\' && quote != '\'' && i + 1 < command.Length && (quote == '\0' || command[i + 1] is '"' or '\\' or '$' or '`'))
                word.Append(command[++i]);
            else
                word.Append(c);
        }

        if (isInWord)
            words.Add(word.ToString());

        return words;
    }
}
