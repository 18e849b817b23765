using MigrateCleanup.C.Index;
using MigrateCleanup.C.Macros;
using MigrateCleanup.C.Styles;

namespace MigrateCleanup.C.Own;

/// <summary>
/// A codebase's own macros that take the value out of a variable and leave it empty, known by their bodies: a statement
/// expression that calls nothing, whose value is what stood in the variable, and that stores the empty value there and
/// nothing anywhere else.
/// <code>
/// #define take(pp) ({ typeof(*(pp)) value_ = *(pp); *(pp) = NULL; value_; })
/// </code>
/// </summary>
internal static class OwnSteals
{
    private const string Place = "{place}";

    /// <summary>The style with them: before its own where it would have to bring those, behind them otherwise.</summary>
    public static Style Added(Style style, ProjectIndex index)
    {
        var known = style.Steals.Select(s => s.Macro).ToHashSet(StringComparer.Ordinal);
        var own = Of(index).Where(s => !known.Contains(s.Macro)).ToList();
        return style with { Steals = style.GeneratedHeader is null ? [.. style.Steals, .. own] : [.. own, .. style.Steals] };
    }

    private static IEnumerable<StealForm> Of(ProjectIndex index) =>
        from name in index.MacrosOfOne
        where index.Macros(name) is [_]
        let form = FormOf(index.Macros(name)[0])
        where form is not null
        select form;

    private static StealForm? FormOf(MacroFact macro)
    {
        const string Opening = "({";
        if (!macro.Replacement.Contains(Opening, StringComparison.Ordinal))
            return null;

        var words = CWords.Of(macro.Replacement).ToList();
        if (words is not ["(", "{", .., var result, ";", "}", ")"] || CallsAnything(words, macro.Parameters[0]))
            return null;

        var body = new StealBody(macro.Parameters[0], result);
        for (var i = 0; i < words.Count; i++)
        {
            if ((words[i] is "=" && !body.Understands(TargetBefore(words, i), ValueBehind(words, i))) || (words[i] is [.., '='] and not ("=" or "==" or "!=")) || words[i] is "++" or "--")
                return null;
        }

        return body.Empty is not { } empty || !body.IsTaken ? null : new StealForm(macro.Name)
        {
            Macro = macro.Name,
            Value = empty == "NULL" ? ScopedValue.Pointer : ScopedValue.Descriptor,
            Text = macro.Name + (body.TakesVariable ? $"({Place})" : $"(&{Place})"),
        };
    }

    private static bool CallsAnything(List<string> words, string parameter) =>
        words.Zip(words.Skip(1)).Any(p => p.Second == "(" && CWords.IsNamePart(p.First[0]) && p.First != parameter
            && p.First is not ("typeof" or "__typeof__" or "__typeof" or "if"));

    /// <summary>What stands before an assignment, back to what begins it, without its type.</summary>
    private static string TargetBefore(List<string> words, int at)
    {
        var start = at;
        while (start > 0 && words[start - 1] is not (";" or "{" or "}" or "&&" or "||")
            && !(words[start - 1] == "(" && !IsClosedBefore(words, start - 1, at)) && !(words[start - 1] == ")" && EndsCondition(words, start - 1)))
        {
            start--;
        }

        var target = words[start..at];
        return target is [_, _, ..] && target[0] != "*" ? target[^1] : string.Concat(target);
    }

    /// <summary>The bracket closes what stands behind an <c>if</c>.</summary>
    private static bool EndsCondition(List<string> words, int close)
    {
        var depth = 0;
        for (var i = close; i > 0; i--)
        {
            depth += words[i] switch { ")" => 1, "(" => -1, _ => 0 };
            if (depth == 0)
                return words[i - 1] == "if";
        }

        return false;
    }

    private static bool IsClosedBefore(List<string> words, int open, int end)
    {
        var depth = 0;
        for (var i = open; i < end; i++)
        {
            depth += words[i] switch { "(" => 1, ")" => -1, _ => 0 };
            if (depth == 0)
                return true;
        }

        return false;
    }

    private static string ValueBehind(List<string> words, int at)
    {
        var depth = 0;
        var end = at + 1;
        for (; end < words.Count && words[end] != ";"; end++)
        {
            depth += words[end] switch { "(" => 1, ")" => -1, _ => 0 };
            if (depth < 0)
                break;
        }

        return string.Concat(words[(at + 1)..end]);
    }

    /// <summary>What the assignments of a body come to.</summary>
    /// <param name="parameter">The macro's parameter.</param>
    /// <param name="result">The name that the body ends with.</param>
    private sealed class StealBody(string parameter, string result)
    {
        private string? _address;

        /// <summary>What is stored where the value was; null where nothing is.</summary>
        public string? Empty { get; private set; }

        /// <summary>The result is what stood there before that.</summary>
        public bool IsTaken { get; private set; }

        /// <summary>The macro is given the variable itself, not its address.</summary>
        public bool TakesVariable { get; private set; }

        public bool Understands(string target, string value)
        {
            if (IsTheValue(target))
            {
                if (Empty is not null || !IsTaken || value is not ("NULL" or "((void*)0)" or "-1"))
                    return false;

                Empty = value == "-1" ? value : "NULL";
                return true;
            }

            if (target.Length == 0 || !target.All(CWords.IsNamePart))
                return false;

            if (target == result)
            {
                IsTaken |= IsTheValue(value);
                return IsTheValue(value) ? Empty is null : !IsTaken && value is "NULL" or "-1";
            }

            var taken = Bare(value);
            TakesVariable = taken == "&" + parameter || taken == $"&({parameter})";
            if (_address is not null || !(TakesVariable || taken == parameter))
                return false;

            _address = target;
            return true;
        }

        private bool IsTheValue(string text)
        {
            var bare = Bare(text);
            if (_address is not null && (bare == "*" + _address || bare == $"*({_address})"))
                return true;

            var isVariable = bare == parameter;
            if (isVariable && _address is null)
                TakesVariable = true;

            return isVariable ? TakesVariable : bare == "*" + parameter || bare == $"*({parameter})";
        }

        private static string Bare(string text)
        {
            while (text is ['(', .., ')'] && text.IndexOf(')', StringComparison.Ordinal) == text.Length - 1)
                text = text[1..^1];

            return text;
        }
    }
}
