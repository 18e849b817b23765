using MigrateCleanup.C.Index;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

using Spelling = MigrateCleanup.Engine.Languages.Spelling;

/// <summary>
/// An <c>#include</c> for the header that brings a macro, where the file does not see it yet: among those of its kind
/// (quotes or angle brackets), in their order where they have one.
/// </summary>
internal static class IncludeSpelling
{
    private const string Configuration = "\"config.h\"";

    public static Spelling With(Spelling spelling, SpelledFunction function)
    {
        var edits = spelling.Edits;
        if (function.UsedMacros.Any(u => IsOfMissingLibrary(u.Macro, function.Input.File.Path, function.Input)))
            return Spelling.Refused(SpellingRefusals.NeedsMacro);

        foreach (var header in MissingHeaders(function))
        {
            if (IsApart(header, function) || Clashes(header, function) || Insertion(header, function) is not { } insertion || !IsCompiledWith(insertion, function))
                return Spelling.Refused(SpellingRefusals.NeedsMacro);

            edits = [insertion, .. edits];
        }

        return spelling with { Edits = edits };
    }

    /// <summary>
    /// A file that has no header of the codebase's own beside it, only what is installed, is a program of its own (an
    /// example): it is not given one of those that are there. A header that comes with the rewrite is everybody's.
    /// </summary>
    private static bool IsApart(string header, SpelledFunction function) =>
        header[0] == '"' && function.Input.Style.GeneratedHeader is null && !Includes(function.Input.File).Any(i => i.Name[0] == '"')
        && function.UsedMacros.Any(u => function.Input.Names.HeaderOf(function.Input.File.Path, u.Macro) == header);

    /// <summary>The file has something of its own by a name that the generated header brings (<c>static int sync;</c>).</summary>
    private static bool Clashes(string header, SpelledFunction function) =>
        function.Input.Style.GeneratedHeader is { Brings: { IsEmpty: false } brought } generated && SourcePath.NameOf(header.Trim('"')) == generated.FileName
        && function.Input.File.Items.Any(item => item switch
        {
            FunctionNode own => brought.Contains(own.Name),
            DeclarationItemNode { Declaration: { } own } => !own.Specifiers.Has("extern") && own.Declarators.Any(d => !d.IsFunction && brought.Contains(d.Name)),
            _ => false,
        });

    /// <summary>The name is a library's, and the part of the codebase that a file stands in does without it.</summary>
    public static bool IsOfMissingLibrary(string name, string path, CSpellingInput input) =>
        !input.Style.OnlyHeader && input.Names.HeaderOf(path, name) is null && !input.Style.Headers.IsEmpty && input.Names.IsWithout(path, input.Style.Headers);

    /// <summary>Where the function is compiled, so is what is inserted, and before it.</summary>
    private static bool IsCompiledWith(TextEdit insertion, SpelledFunction function)
    {
        var conditions = Conditions.Of(function.Input.File);
        return insertion.Span.End <= function.Function.Span.Start && Conditions.Implies(conditions.At(function.Function.Span.Start), conditions.At(insertion.Span.Start));
    }

    private static IEnumerable<string> MissingHeaders(SpelledFunction function)
    {
        var input = function.Input;
        var headers =
            from used in function.UsedMacros
            where !input.Names.Sees(input.File.Path, used.Macro) || IsMissingLibrary(used.Macro, input)
            let header = input.Names.HeaderOf(input.File.Path, used.Macro) ?? used.Header ?? input.Style.Header
            where header is not null && !Includes(input.File).Any(i => i.Name == header)
            select header;
        return headers.Distinct(StringComparer.Ordinal).ToList();
    }

    /// <summary>The library has one header only, and the file is without it; or nobody has used the library yet.</summary>
    private static bool IsMissingLibrary(string name, CSpellingInput input) => input.Style.OnlyHeader
        ? !input.Names.HasFrom(input.File.Path, name, input.Style.Headers)
        : input.Style is { GeneratedHeader: null, Header: ['<', ..] } && input.Names.IsNewTo(input.File.Path, name, input.Style.Headers);

    /// <summary>The includes that stand between items; others bring the lines of a table or the members of a type.</summary>
    public static List<IncludeNode> Includes(SourceFileTree file)
    {
        var others = file.Items.Where(i => i is not IncludeNode).ToList();
        var found = new List<IncludeNode>();
        var (last, behind) = (0, true);
        foreach (var include in file.Items.OfType<IncludeNode>())
        {
            for (; last < file.Tokens.Length && file.Tokens[last].Start < include.Span.Start; last++)
            {
                if (file.Tokens[last] is { IsTrivia: false } token && token.Kind != TokenKind.Directive)
                    behind = file.Text[token.End - 1] is ';' or '}' or ')';
            }

            if (behind && !others.Exists(o => o.Span.Contains(include.Span)))
                found.Add(include);
        }

        return found;
    }

    private static TextEdit? Insertion(string header, SpelledFunction function)
    {
        var layout = function.Layout;
        var all = Leading(function.Input.File);
        var configuring = all.Find(i => function.Input.Names.Configures(function.Input.File.Path, i.Name));
        var kind = all.Where(i => i.Name[0] == header[0]).ToList();
        if (kind.Count == 0)
        {
            if (all.Count == 0)
                return First(header, function);

            // A first one of its kind: system headers stand before the project's own, in a block of their own.
            return header[0] == '<' && !LeadsOthers(all[0]) ? Before(all[0]) : Behind(header[0] == '<' ? all[0] : all[^1]);
        }

        var block = LargestRun(kind, layout);
        var isSorted = block.Zip(block.Skip(1)).All(p => Compare(p.First.Name, p.Second.Name) <= 0);
        if (!isSorted || block is [var only] && only == all[0] || (Compare(block[0].Name, header) > 0 && block[0].Name == Configuration))
            return Behind(block[^1]);

        if (block.LastOrDefault(i => Compare(i.Name, header) < 0) is { } before)
            return Behind(before);

        return block[0] == all[0] && LeadsOthers(block[0]) ? Behind(block[0]) : Before(block[0]);

        TextEdit Before(IncludeNode include) => configuring is not null && include.Span.Start <= configuring.Span.Start
            ? Behind(configuring)
            : TextEdit.Insert(layout.StartOf(layout.LineOf(include.Span.Start)), Like(include) + layout.NewLineAt(include.Span.Start));

        TextEdit Behind(IncludeNode include) => configuring is not null && include.Span.Start < configuring.Span.Start
            ? Behind(configuring)
            : layout.LineBehind(include.Span, Like(include));

        // Written as its neighbour is: `# include`, or with a tab.
        string Like(IncludeNode include) =>
            layout.TextOf(include.Span) is var text && text.IndexOf(include.Name, StringComparison.Ordinal) is > 0 and var at && !text[..at].Contains('\n', StringComparison.Ordinal)
                ? text[..at] + header
                : "#include " + header;
    }

    /// <summary>
    /// The first of a file that has none stands before all that is declared, with the comment that belongs to that:
    /// <code>
    /// /* Pages of a book. */
    ///                                  /* Pages of a book. */
    /// /* Turns a page. */
    /// void turn(struct page *p)   →    #include "cleanup.h"
    ///
    ///                                  /* Turns a page. */
    ///                                  void turn(struct page *p)
    /// </code>
    /// </summary>
    private static TextEdit? First(string header, SpelledFunction function)
    {
        var (layout, tokens) = (function.Layout, function.Input.File.Tokens);
        if (tokens.FirstOrDefault(t => !t.IsTrivia && t.Kind != TokenKind.Directive) is not { Length: > 0 } first)
            return null;

        var line = layout.LineOf(first.Start);
        while (line > 0 && !layout.IsBlank(line - 1) && !layout.HasDirective(TextSpan.FromBounds(layout.StartOf(line - 1), layout.EndOf(line - 1))))
            line--;

        var newLine = layout.NewLineAt(layout.StartOf(line));
        return TextEdit.Insert(layout.StartOf(line), "#include " + header + newLine + newLine);
    }

    /// <summary>Those before the first function, if there are any: one further down brings what only the rest of the file needs.</summary>
    private static List<IncludeNode> Leading(SourceFileTree file)
    {
        var all = Unconditional(file);
        var leading = file.Items.OfType<FunctionNode>().FirstOrDefault() is { } first ? all.FindAll(i => i.Span.End <= first.Span.Start) : all;
        return leading.Count > 0 ? leading : all;
    }

    /// <summary>A header of the codebase's own that comes first is mostly meant to: the file's own, or one for all files.</summary>
    private static bool LeadsOthers(IncludeNode first) => first.Name[0] == '"';

    /// <summary>The longest run of lines that are includes of one kind.</summary>
    private static List<IncludeNode> LargestRun(List<IncludeNode> includes, CLayout layout)
    {
        List<IncludeNode> best = [];
        List<IncludeNode> run = [];
        foreach (var include in includes)
        {
            if (run.Count > 0 && layout.LineOf(include.Span.Start) != layout.LineOf(run[^1].Span.End) + 1)
                run = [];

            run.Add(include);
            if (run.Count > best.Count)
                best = run;
        }

        return best;
    }

    /// <summary>
    /// The includes under the fewest <c>#if</c>s: a header's guard stands around all of them. Those before the last
    /// definition of a macro that the system's headers ask for (<c>#define _GNU_SOURCE</c>) do not count where others follow.
    /// </summary>
    public static List<IncludeNode> Unconditional(SourceFileTree file)
    {
        var includes = new Queue<IncludeNode>(Includes(file));
        var found = new List<(IncludeNode Include, int Depth)>();
        var depth = 0;
        foreach (var token in file.Tokens)
        {
            if (token.Kind != TokenKind.Directive)
                continue;

            while (includes.Count > 0 && includes.Peek().Span.Start <= token.Start)
                found.Add((includes.Dequeue(), depth));

            var text = file.Text.AsSpan(token.Start + 1, token.Length - 1).TrimStart();
            if (text.StartsWith("if"))
                depth++;
            else if (text.StartsWith("endif"))
                depth--;
        }

        if (found.Count > 0 && file.Tokens.LastOrDefault(t => t.Start < found[^1].Include.Span.Start && DefinesReserved(t, file)) is { Length: > 0 } last)
            found.RemoveAll(f => f.Include.Span.Start < last.Start);

        var least = found.Select(f => f.Depth).DefaultIfEmpty().Min();
        return [.. found.Where(f => f.Depth == least).Select(f => f.Include)];
    }

    private static bool DefinesReserved(Token token, SourceFileTree file) =>
        token.Kind == TokenKind.Directive
        && file.Text.AsSpan(token.Start + 1, token.Length - 1).TrimStart() is var text && text.StartsWith("define")
        && text["define".Length..].TrimStart() is ['_', ..];

    private static int Compare(string a, string b) => string.Compare(a, b, StringComparison.OrdinalIgnoreCase);
}
