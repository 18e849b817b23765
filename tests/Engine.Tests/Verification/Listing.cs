using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Tests.Verification;

/// <summary>
/// A function as a listing of events, so that cases of verification can be read. One statement a line:
/// <code>
/// param p q; ref r; aliased a; scope s x y    declarations; other lower-case names are variables
/// x = f(a, ref b, out c)      a call; with ! before it, it may throw; "implied" and "noreturn" may stand before it
/// x = .Dispose(o)             a call with a receiver
/// pure x = f(a)               a call without effect
/// x := e    p->f := e         a store
/// x = load p->f               a load, "volatile" may stand before it
/// enter s    exit s           scopes
/// return    return e    throw e    rethrow
/// if e goto L else M    if e goto L    goto L    switch e 1: L 2: M default: N    jump L M
/// #if A goto L else M         the literal of a conditional region
/// macro TEXT(x, y)    macro jump TEXT(x)
/// handler L    handler none   where events from here on go when they throw
/// L:                          a label
/// </code>
/// A name that starts with a capital letter is a global, <c>errno</c> and <c>exception</c> are implicit places.
/// </summary>
internal sealed partial class Listing
{
    private readonly FlowBuilder _flow = new();
    private readonly Dictionary<string, Local> _locals = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Scope> _scopes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Block> _blocks = new(StringComparer.Ordinal);
    private readonly List<Label> _labels = [];
    private readonly List<(Block Block, string Handler)> _handlers = [];
    private readonly List<(Block Block, string? Fallthrough)> _macroJumps = [];
    private Block? _block;
    private string? _handler;
    private int _line;

    public static Function Parse(string text)
    {
        var listing = new Listing();
        listing.Read(text);
        return listing.Build();
    }

    private void Read(string text)
    {
        _block = _flow.Entry;
        foreach (var raw in text.Split('\n'))
        {
            _line++;
            var line = raw.Trim();
            if (line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal))
                ReadLine(line);
        }

        // Falling off the end returns.
        if (_block is not null)
            _flow.Connect(_block, _flow.Exit);
    }

    private Function Build()
    {
        foreach (var (block, handler) in _handlers)
            _flow.Connect(block, BlockOf(handler), EdgeKind.Exceptional);

        foreach (var (block, _) in _macroJumps)
        {
            foreach (var label in _labels)
                _flow.Connect(block, label.Block);

            _flow.Connect(block, _flow.Exit);
        }

        return new Function
        {
            Name = "f",
            Path = "f",
            Origin = Origin.None,
            Graph = _flow.Build(),
            Locals = [.. _locals.Values],
            Labels = [.. _labels],
            Scopes = [.. _scopes.Values],
        };
    }

    private Origin Here => new(new Text.TextSpan(_line, 1));

    private void ReadLine(string line)
    {
        if (LabelLine().Match(line) is { Success: true } label)
        {
            var block = BlockOf(label.Groups[1].Value);
            if (_block is not null)
                _flow.Connect(_block, block);

            _labels.Add(new Label(label.Groups[1].Value, Here, block));
            Enter(block);
            return;
        }

        var (word, rest) = SplitWord(line);
        switch (word)
        {
            case "param" or "ref" or "aliased" or "static":
                foreach (var name in Names(rest))
                    Declare(name, word);

                return;
            case "scope":
                var names = Names(rest).ToArray();
                var scope = _scopes[names[0]] = new Scope(_scopes.Count, null, Origin.None);
                foreach (var name in names.Skip(1))
                    _locals[name] = new Local(_flow.NewLocalId(), name, "", LocalKind.Variable) { Scope = scope, IsScoped = true };

                return;
            case "handler":
                _handler = rest == "none" ? null : rest;
                var next = _flow.NewBlock();
                if (_block is not null)
                    _flow.Connect(_block, next);

                Enter(next);
                return;
        }

        // What follows a jump and bears no label is never reached; it is read all the same.
        if (_block is null)
            Enter(_flow.NewBlock());

        ReadStatement(line, word, rest);
    }

    private void ReadStatement(string line, string word, string rest)
    {
        switch (word)
        {
            case "goto":
                End(rest);
                return;
            case "jump":
                foreach (var target in rest.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    _flow.Connect(_block!, BlockOf(target));

                _block = null;
                return;
            case "return":
                Add(new EvaluateReturn(Here, rest.Length == 0 ? null : Expression(rest)));
                _flow.Connect(_block!, _flow.Exit);
                _block = null;
                return;
            case "leave":
                // The value was evaluated before; what stands between ran on the way out.
                _flow.Connect(_block!, _flow.Exit);
                _block = null;
                return;
            case "evaluate":
                Add(new EvaluateReturn(Here, rest.Length == 0 ? null : Expression(rest)) { MayThrow = false });
                return;
            case "throw":
                Add(new Throw(Here, Expression(rest)));
                Enter(null);
                return;
            case "rethrow":
                Add(new Throw(Here, null));
                Enter(null);
                return;
            case "enter":
                Add(new ScopeEnter(Here, _scopes[rest]));
                return;
            case "exit":
                Add(new ScopeExit(Here, _scopes[rest]));
                return;
            case "if":
                var branch = BranchLine().Match(rest);
                var whenTrue = BlockOf(branch.Groups[2].Value);
                var whenFalse = branch.Groups[3].Success ? BlockOf(branch.Groups[3].Value) : _flow.NewBlock();
                _flow.Branch(_block!, Here, Expression(branch.Groups[1].Value), whenTrue, whenFalse);
                Enter(branch.Groups[3].Success ? null : whenFalse);
                return;
            case "#if":
                var conditional = BranchLine().Match(rest);
                _flow.ConnectConditional(_block!, BlockOf(conditional.Groups[2].Value), conditional.Groups[1].Value, true);
                _flow.ConnectConditional(_block!, BlockOf(conditional.Groups[3].Value), conditional.Groups[1].Value, false);
                Enter(null);
                return;
            case "switch":
                var (value, cases) = SplitWord(rest);
                _flow.Switch(_block!, Here, Expression(value));
                foreach (Match match in CaseItem().Matches(cases))
                    _flow.ConnectCase(_block!, BlockOf(match.Groups[2].Value), match.Groups[1].Value == "default" ? null : Expression(match.Groups[1].Value));

                Enter(null);
                return;
            case "macro":
                ReadMacro(rest);
                return;
        }

        ReadEvent(line);
    }

    private void ReadMacro(string rest)
    {
        var (word, text) = SplitWord(rest);
        var mayJump = word == "jump";
        if (!mayJump)
            text = rest;

        var open = text.IndexOf('(', StringComparison.Ordinal);
        var mentioned = Names(text[(open + 1)..^1].Replace(',', ' ')).Select(n => ((Read)Expression(n)).Place);
        Add(new OpaqueMacro(Here, text, [.. mentioned]) { MayJump = mayJump });
        if (!mayJump)
            return;

        var next = _flow.NewBlock();
        _flow.Connect(_block!, next);
        _macroJumps.Add((_block!, null));
        Enter(next);
    }

    private void ReadEvent(string line)
    {
        var flags = new HashSet<string>();
        if (line.StartsWith('!'))
        {
            flags.Add("!");
            line = line[1..].Trim();
        }

        for (var (word, rest) = SplitWord(line); word is "implied" or "noreturn" or "pure" or "volatile"; (word, rest) = SplitWord(line))
        {
            flags.Add(word);
            line = rest;
        }

        var assignment = line.IndexOf(":=", StringComparison.Ordinal);
        if (assignment > 0)
        {
            var target = ((Read)Expression(line[..assignment])).Place;
            Add(new Store(Here, target, Expression(line[(assignment + 2)..])) { MayThrow = flags.Contains("!") });
            return;
        }

        Local? result = null;
        var match = ResultLine().Match(line);
        if (match.Success)
        {
            result = (Local)((Read)Expression(match.Groups[1].Value)).Place;
            line = match.Groups[2].Value;
        }

        if (line.StartsWith("load ", StringComparison.Ordinal))
        {
            Add(new Load(Here, result!, ((Read)Expression(line[5..])).Place)
            {
                IsVolatile = flags.Contains("volatile"),
                MayThrow = flags.Contains("!"),
            });
            return;
        }

        var call = CallLine().Match(line);
        if (!call.Success)
            throw new FormatException($"line {_line}: {line}");

        var callee = call.Groups[1].Value;
        var hasReceiver = callee.StartsWith('.');
        Add(new Call(Here, CalleeOf(hasReceiver ? callee[1..] : callee), [.. Arguments(call.Groups[2].Value)], result)
        {
            MayThrow = flags.Contains("!"),
            IsImplied = flags.Contains("implied"),
            NeverReturns = flags.Contains("noreturn"),
            IsPure = flags.Contains("pure"),
            HasReceiver = hasReceiver,
        });

        if (flags.Contains("noreturn"))
            Enter(null);
    }

    private IEnumerable<Argument> Arguments(string text)
    {
        foreach (var part in SplitTopLevel(text))
        {
            var (word, rest) = SplitWord(part);
            if (word is "ref" or "out")
            {
                var place = ((Read)Expression(rest)).Place;
                yield return new Argument(new AddressOf(place), word == "ref" ? Passing.Reference : Passing.Out, place);
            }
            else
            {
                yield return new Argument(Expression(part));
            }
        }
    }

    private void Add(Event @event)
    {
        if (@event.MayThrow && _handler is not null && _handlers.All(h => h.Block != _block))
            _handlers.Add((_block!, _handler));

        _flow.Add(_block!, @event);
    }

    private void Enter(Block? block) => _block = block;

    private void End(string target)
    {
        _flow.Connect(_block!, BlockOf(target));
        _block = null;
    }

    private Block BlockOf(string name)
    {
        if (name == "exit")
            return _flow.Exit;

        if (!_blocks.TryGetValue(name, out var block))
            _blocks[name] = block = _flow.NewBlock();

        return block;
    }

    private Local Declare(string name, string word = "")
    {
        if (_locals.TryGetValue(name, out var known))
            return known;

        var kind = word switch
        {
            "param" => LocalKind.Parameter,
            "ref" => LocalKind.ReferenceParameter,
            _ => LocalKind.Variable,
        };

        return _locals[name] = new Local(_flow.NewLocalId(), name, "", kind)
        {
            IsAliased = word == "aliased",
            IsStatic = word == "static",
        };
    }

    private static IEnumerable<string> Names(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static (string Word, string Behind) SplitWord(string text)
    {
        text = text.Trim();
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        return space < 0 ? (text, "") : (text[..space], text[(space + 1)..].Trim());
    }

    private static IEnumerable<string> SplitTopLevel(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] is '(' or '[' ? 1 : text[i] is ')' or ']' ? -1 : 0;
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        }

        if (text[start..].Trim().Length > 0)
            yield return text[start..].Trim();
    }

    private Expression Expression(string text)
    {
        var tokens = Token().Matches(text).Select(m => m.Value).Where(t => t.Trim().Length > 0).ToList();
        var at = 0;
        var value = Binary(tokens, ref at, 0);
        return at == tokens.Count ? value : throw new FormatException($"line {_line}: {text}");
    }

    private static readonly string[][] Levels =
    [
        ["==", "!="], ["<", "<=", ">", ">="], ["+", "-", "|", "&"], ["*", "/"],
    ];

    private Expression Binary(List<string> tokens, ref int at, int level)
    {
        if (level == Levels.Length)
            return Unary(tokens, ref at);

        var left = Binary(tokens, ref at, level + 1);
        while (at < tokens.Count && Levels[level].Contains(tokens[at]))
        {
            var @operator = tokens[at++];
            left = new Operation(@operator, left, Binary(tokens, ref at, level + 1));
        }

        return left;
    }

    private Expression Unary(List<string> tokens, ref int at)
    {
        switch (tokens[at])
        {
            case "!":
                at++;
                return new Operation("!", Unary(tokens, ref at));
            case "-":
                at++;
                var operand = Unary(tokens, ref at);
                return operand is Constant { Value: long value } ? new Constant(-value) : new Operation("-", operand);
            case "&":
                at++;
                return new AddressOf(((Read)Unary(tokens, ref at)).Place);
            case "is":
                var type = tokens[at + 1];
                at += 2;
                return new Operation("is " + type, Unary(tokens, ref at));
        }

        return Postfix(tokens, ref at);
    }

    private Expression Postfix(List<string> tokens, ref int at)
    {
        Expression value;
        var token = tokens[at++];
        if (token == "(")
        {
            value = Binary(tokens, ref at, 0);
            at++;
        }
        else
        {
            value = Primary(token);
        }

        while (at < tokens.Count && tokens[at] is "->" or "." or "[")
        {
            switch (tokens[at++])
            {
                case "->":
                    value = new Read(new Field(value, tokens[at++]));
                    break;
                case ".":
                    value = new Read(new Member(((Read)value).Place, tokens[at++]));
                    break;
                default:
                    var index = Binary(tokens, ref at, 0);
                    at++;
                    value = new Read(new Element(value, index));
                    break;
            }
        }

        return value;
    }

    private Expression Primary(string token) => token switch
    {
        "null" => Constant.Null,
        "true" => new Constant(true),
        "false" => new Constant(false),
        "errno" => new Read(Implicit.Errno),
        "exception" => new Read(Implicit.Exception),
        ['"', ..] => new Constant(token[1..^1]),
        [>= '0' and <= '9', ..] => new Constant(long.Parse(token, CultureInfo.InvariantCulture)),
        [>= 'A' and <= 'Z', ..] => new Read(new Global(token)),
        _ => new Read(Declare(token)),
    };

    [GeneratedRegex(@"^(\w+):$")]
    private static partial Regex LabelLine();

    [GeneratedRegex(@"^(.*?)\s+goto\s+(\w+)(?:\s+else\s+(\w+))?$")]
    private static partial Regex BranchLine();

    [GeneratedRegex(@"(\S+):\s+(\w+)")]
    private static partial Regex CaseItem();

    [GeneratedRegex(@"^(\w+)\s*=\s*([^=].*)$")]
    private static partial Regex ResultLine();

    [GeneratedRegex(@"^([\w.*]+)\((.*)\)$")]
    private static partial Regex CallLine();

    [GeneratedRegex(@"""[^""]*""|->|==|!=|<=|>=|[\w]+(?:\.[\w]+)*(?=\s+\w)|\w+|\S")]
    private static partial Regex Token();

    private static Callee CalleeOf(string name) =>
        name.EndsWith("..ctor", StringComparison.Ordinal) ? Callee.Constructor(name[..^"..ctor".Length]) : new Callee(name);
}
