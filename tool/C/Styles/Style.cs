using System.Collections.Immutable;

namespace MigrateCleanup.C.Styles;

/// <summary>
/// How a family of codebases spells scoped clean-up: which macro scopes what, how ownership is taken out of a scoped
/// variable, how a lock is held by scope. A style is data (<c>rules/styles/NAME.json</c>, or <c>styles</c> in the user's
/// configuration); the code names none of them. A style that extends another holds the other's forms behind its own.
/// </summary>
public sealed record Style(string Name)
{
    /// <summary>The style that this one adds to.</summary>
    public string? Extends { get; init; }

    /// <summary>One line for people.</summary>
    public string Title { get; init; } = "";

    /// <summary>What shows that a codebase is written so.</summary>
    public ImmutableArray<StyleSign> Signs { get; init; } = [];

    /// <summary>Macros that a version of the style's library brings, all at once.</summary>
    public ImmutableArray<LibraryMacros> Library { get; init; } = [];

    /// <summary>Where two forms could scope the same thing, the first one does.</summary>
    public ImmutableArray<ScopeForm> Scopes { get; init; } = [];

    /// <summary>How the codebase is told that a type is released by a function.</summary>
    public ImmutableArray<DeclarationForm> Declarations { get; init; } = [];

    public ImmutableArray<StealForm> Steals { get; init; } = [];

    public ImmutableArray<LockForm> Locks { get; init; } = [];

    /// <summary>How variables are declared together with what makes and ends their value.</summary>
    public ImmutableArray<ClassForm> Classes { get; init; } = [];

    /// <summary>How the codebase declares guards for more kinds of locks.</summary>
    public ImmutableArray<GuardDeclaration> Guards { get; init; } = [];

    /// <summary>
    /// Releasers that do no more and no less for one owner than the key: a clearing macro around it, an older name.
    /// What they release by hand may be released by the key's scope.
    /// </summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Covers { get; init; } =
        ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Macros and functions that release what a variable holds and leave it empty.</summary>
    public ImmutableArray<ClearingForm> Clearings { get; init; } = [];

    /// <summary>A function may have scoped variables and labels at once; the kernel's may not.</summary>
    public bool MixesWithLabels { get; init; } = true;

    /// <summary>Declarations stand at the start of their block, before every statement.</summary>
    public bool DeclaresFirst { get; init; }

    /// <summary>Whether a single statement wears braces; null where the codebase decides, by what it does mostly.</summary>
    public bool? BracesSingleStatements { get; init; }

    /// <summary>A single statement that a guard holds a lock for wears no braces, either.</summary>
    public bool GuardsSingleStatements { get; init; }

    /// <summary>The codebase's allocator ends the program when there is no memory: <c>fail-fast</c> makes sense.</summary>
    public bool AllocatorAborts { get; init; }

    /// <summary>The header that brings the style's macros, as it is written behind <c>#include</c>; a form may name another one.</summary>
    public string? Header { get; init; }

    /// <summary>Headers that bring <see cref="Header"/> along; what ends in no name stands for all that begin so (<c>&lt;gio/</c>).</summary>
    public ImmutableArray<string> OtherHeaders { get; init; } = [];

    /// <summary>The headers that bring the style's macros, those of the styles that it adds to among them.</summary>
    public ImmutableArray<string> Headers { get; init; } = [];

    /// <summary>No other header of a library brings the macros.</summary>
    public bool OnlyHeader { get; init; }

    /// <summary>A header to be written into the codebase when it has none of these macros yet.</summary>
    public GeneratedHeader? GeneratedHeader { get; init; }

    /// <summary>A macro of the codebase's own for the compiler's attribute, and this style as it is written where that is seen.</summary>
    public (string Macro, Style Style)? Attribute { get; init; }

    /// <summary>Allocations that may fail, and what is called in their place where failure is not handled.</summary>
    public ImmutableArray<FailFastForm> FailFast { get; init; } = [];

    public ScopeForm? Form(string name) => Scopes.FirstOrDefault(s => s.Name == name);

    /// <summary>Whether what <paramref name="releaser"/> does by hand is what a scope that calls <paramref name="scoped"/> does.</summary>
    public bool Does(string scoped, string releaser) =>
        scoped == releaser
        || (Covers.TryGetValue(scoped, out var covered) && covered.Contains(releaser, StringComparer.Ordinal))
        || IsCleared(scoped, releaser);

    private bool IsCleared(string scoped, string releaser)
    {
        foreach (var clearing in Clearings)
        {
            if (clearing.Call == releaser && clearing.Releaser == scoped)
                return true;
        }

        return false;
    }

    public bool Equals(Style? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;
}

/// <summary>
/// A macro, or a function, whose use or definition speaks for a style, and how loudly. Behind <see cref="Doubled"/>, the
/// word of an attribute where it is used: <c>((cleanup</c>.
/// </summary>
public sealed record StyleSign(string Macro, int Weight)
{
    /// <summary>The brackets before the first word of <c>__attribute__((word))</c>.</summary>
    public const string Doubled = "((";
}

/// <summary>
/// A type that a variable is scoped with somewhere in a codebase, which shows that whoever declares it has said how that is
/// done. It is counted among the words of a file.
/// </summary>
/// <param name="Macro">The form's macro.</param>
/// <param name="Type">The type.</param>
public sealed record ScopedType(string Macro, string Type)
{
    public const string Bracket = "(";

    /// <summary>Where the type's name stands in the names of its functions; counted by itself, for all names in capitals.</summary>
    public const string Hole = "{type}";

    /// <summary>The type that a counted word speaks of; null where the word is another.</summary>
    public static ScopedType? Of(string word) =>
        word.IndexOf(Bracket, StringComparison.Ordinal) is > 0 and var at && at < word.Length - 1 ? new ScopedType(word[..at], word[(at + 1)..]) : null;

    public override string ToString() => $"{Macro}{Bracket}{Type}";
}

/// <summary>
/// Macros that came into a library together: who uses one of them, or anything else that no earlier version has, has all.
/// What a codebase defines for itself shows nothing: it may do so for want of the library's.
/// </summary>
/// <param name="Macros">The macros.</param>
/// <param name="ShownBy">What else came with them, or later: functions, macros.</param>
public sealed record LibraryMacros(ImmutableArray<string> Macros, ImmutableArray<string> ShownBy)
{
    /// <summary>All whose use shows that the macros are there.</summary>
    public IEnumerable<string> Words => Macros.Concat(ShownBy);
}

/// <summary>What a scoped variable holds.</summary>
public enum ScopedValue
{
    /// <summary>A pointer; empty is NULL.</summary>
    Pointer,

    /// <summary>A whole number; empty is -1, however it is spelled.</summary>
    Descriptor,

    /// <summary>The thing itself (a structure, an array), which the releaser is given the address of.</summary>
    Structure,
}

/// <summary>Where a form's text stands.</summary>
public enum ScopePlacement
{
    /// <summary>It is the declaration of the variable, as far as the name and what follows it: <c>g_autofree char *s</c>.</summary>
    Declaration,

    /// <summary>A statement behind the declaration, or behind the acquisition: <c>defer free(s);</c>.</summary>
    Statement,
}

/// <summary>
/// One way to scope a variable. Texts have holes: <c>{type}</c> is the declared type with its stars (<c>char *</c>),
/// <c>{pointee}</c> the type without its last star, <c>{alias}</c> a name of the whole type, <c>{name}</c> the
/// variable, <c>{releaser}</c> the function that releases, <c>{cleanup}</c> what the codebase's declaration calls the
/// scoped release.
/// </summary>
public sealed record ScopeForm(string Name)
{
    /// <summary>The macro (or keyword) that must be there; null where the compiler's own attribute is used.</summary>
    public string? Macro { get; init; }

    /// <summary>How it is written: the whole declaration up to its initialiser, or the statement.</summary>
    public required string Text { get; init; }

    /// <summary>Other ways to write <see cref="Text"/>; what the codebase writes most is taken.</summary>
    public ImmutableArray<string> Alternatives { get; init; } = [];

    /// <summary>How a statement is written that tests the variable first, for a releaser that minds the empty value.</summary>
    public string? Guarded { get; init; }

    public ScopePlacement Placement { get; init; } = ScopePlacement.Declaration;

    public ScopedValue Value { get; init; } = ScopedValue.Pointer;

    /// <summary>Functions that the form releases with, whatever the type; the first is what the scope's end calls.</summary>
    public ImmutableArray<string> Releasers { get; init; } = [];

    /// <summary>
    /// Types for which the form is known to be declared by the style's own library, with their releasers: pointee types
    /// for pointers, type names for structures and aliases.
    /// </summary>
    public ImmutableDictionary<string, string> Pairs { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Types that mean the same as an alias of <see cref="Pairs"/>: <c>GStrv</c> is <c>char **</c>.</summary>
    public ImmutableDictionary<string, ImmutableArray<string>> Aliases { get; init; } =
        ImmutableDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>Macros of <see cref="Style.Declarations"/> with which the codebase declares more of <see cref="Pairs"/>.</summary>
    public ImmutableArray<string> DeclaredBy { get; init; } = [];

    /// <summary>
    /// The name of the function that must be there for the form to work, made from the releaser: <c>{releaser}p</c>.
    /// Null where nothing but the macro is needed.
    /// </summary>
    public string? Cleanup { get; init; }

    /// <summary>
    /// A clean-up function that the codebase wrote by hand: the file must see it, and it must take the address of a
    /// variable of this type.
    /// </summary>
    public string? Function { get; init; }

    /// <summary>The form names the releaser itself (<c>defer free(s);</c>), so any function that releases will do.</summary>
    public bool AnyReleaser { get; init; }

    /// <summary>
    /// The form names a releaser that is called with the variable's address as it is, such as one that empties the
    /// variable: its parameter must be a pointer to the variable's type.
    /// </summary>
    public bool TakesAddress { get; init; }

    /// <summary>The form is understood where it stands, and never written.</summary>
    public bool ReadsOnly { get; init; }

    /// <summary>The type the macro brings along, where it is not <c>{pointee} *</c>.</summary>
    public string? BroughtType { get; init; }

    /// <summary>
    /// By what a library lets the form release its types, with a hole for the type's name as its functions have it
    /// (<c>{type}_unref</c>).
    /// </summary>
    public ImmutableArray<string> LibraryReleasers { get; init; } = [];

    /// <summary>By what a library lets the form release a type that has a macro of its name: <c>NOTE_BOOK(x)</c> casts to <c>NoteBook</c>.</summary>
    public string? CastReleaser { get; init; }

    /// <summary>The type that stands for all that <see cref="CastReleaser"/> releases.</summary>
    public string? CastType { get; init; }

    /// <summary>
    /// The name of the form by which the elements of what this one releases would be scoped: what that calls for <c>{pointee}</c>
    /// is given to the releaser as well (<c>g_autolist(Widget)</c>: <c>g_list_free_full(list, widget_free)</c>).
    /// </summary>
    public string? Elements { get; init; }

    /// <summary>
    /// What the codebase calls the function that each of its own types has which <see cref="CastReleaser"/> releases, with a hole
    /// for the type's name as functions have it (<c>{type}_get_type</c>): beside it the library's macros are at hand.
    /// </summary>
    public string? TypeFunction { get; init; }

    /// <summary>The type is pasted into a name, so it must be one identifier.</summary>
    public bool NeedsTypeName { get; init; }

    /// <summary>How the empty value is written where the variable starts without anything.</summary>
    public string Empty { get; init; } = "NULL";

    /// <summary>Other spellings of the empty value that are left as they stand.</summary>
    public ImmutableArray<string> EmptyToo { get; init; } = [];

    /// <summary>The scope's end tests for the empty value before it calls the releaser.</summary>
    public bool Guards { get; init; }

    /// <summary>
    /// Definition and initialisation must be one statement, in the block of the acquisition (the kernel's rule):
    /// the variable is not declared empty at the top.
    /// </summary>
    public bool DeclaresAtAcquisition { get; init; }

    /// <summary>The header that brings the macro, where it is not the style's.</summary>
    public string? Header { get; init; }

    public bool Equals(ScopeForm? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>Where a declaration that is missing is added.</summary>
public enum DeclarationPlace
{
    /// <summary>Behind the releaser's prototype in its header, or behind its definition where there is no prototype.</summary>
    BesideReleaser,

    /// <summary>In the file that uses it, before the first function.</summary>
    InFile,
}

/// <summary>
/// A macro with which a codebase says how a type is released. <see cref="Parameters"/> names its arguments by hole
/// (<c>pointee</c>, <c>type</c>, <c>releaser</c>, <c>cleanup</c>, <c>empty</c>, <c>expression</c>).
/// </summary>
public sealed record DeclarationForm(string Macro, ImmutableArray<string> Parameters)
{
    /// <summary>How a new one is written; null where it is only read, never added.</summary>
    public string? Text { get; init; }

    /// <summary>What the declaration calls the scoped release, made from the other holes: <c>{releaser}p</c>.</summary>
    public string? Cleanup { get; init; }

    /// <summary>The releaser of every type declared so, where the macro names none (<c>G_DECLARE_FINAL_TYPE</c>).</summary>
    public string? Releaser { get; init; }

    /// <summary>It stores what the releaser gives back: that must be a value of the variable's type.</summary>
    public bool StoresResult { get; init; }

    public DeclarationPlace Place { get; init; } = DeclarationPlace.BesideReleaser;
}

/// <summary>How ownership is taken out of a scoped variable. <c>{place}</c> is the variable.</summary>
public sealed record StealForm(string Name)
{
    public string? Macro { get; init; }

    public ScopedValue Value { get; init; } = ScopedValue.Pointer;

    /// <summary>The expression that hands the value over and leaves the empty value behind.</summary>
    public required string Text { get; init; }

    /// <summary>The whole statement where it is returned; null where <c>return</c> and the expression will do.</summary>
    public string? Return { get; init; }

    /// <summary>The macro of <see cref="Return"/>.</summary>
    public string? ReturnMacro => Return is { } text && text.IndexOf('(', StringComparison.Ordinal) is > 0 and var end ? text[..end] : null;

    public string? Header { get; init; }
}

/// <summary>
/// A call that releases the variable it is given (by name or by address) with a function and empties it:
/// <c>g_clear_pointer(&amp;p, f)</c> is <c>f(p)</c> and <c>p = NULL</c>.
/// </summary>
public sealed record ClearingForm(string Call, int Subject)
{
    /// <summary>The argument that names the releaser; null where it is always <see cref="Releaser"/>.</summary>
    public int? With { get; init; }

    public string? Releaser { get; init; }

    public string Empty { get; init; } = "NULL";
}

/// <summary>How a lock is held by scope. <c>{lock}</c> is the argument as it was entered with, <c>{name}</c> a free name.</summary>
public sealed record LockForm(string Name)
{
    public string? Macro { get; init; }

    /// <summary>The codebase has the macro, and nothing of this name to give it.</summary>
    public bool IsMissing { get; init; }

    /// <summary>The calls that enter by hand.</summary>
    public required ImmutableArray<string> Enters { get; init; }

    /// <summary>The calls that leave by hand.</summary>
    public required ImmutableArray<string> Exits { get; init; }

    /// <summary>
    /// The declaration or statement from which on the lock is held, to the end of the block. One that only leaves then stands
    /// behind the call that enters, <c>{enter}</c>, on a line of its own.
    /// </summary>
    public required string Text { get; init; }

    /// <summary>It declares a variable that holds the lock, where other forms look like a statement.</summary>
    public bool IsVariable => Text.Contains("{name}", StringComparison.Ordinal);

    /// <summary>Other ways to write <see cref="Text"/>; what the codebase writes most is taken.</summary>
    public ImmutableArray<string> Alternatives { get; init; } = [];

    /// <summary>The head of a block for the time of which it is held: <c>WITH_QEMU_LOCK_GUARD({lock})</c>.</summary>
    public string? Block { get; init; }

    /// <summary>The name a guard variable usually has.</summary>
    public string? Variable { get; init; }

    /// <summary>What a guard variable is declared with that is to take its lock only later; null where there is no such thing.</summary>
    public string? Empty { get; init; }

    /// <summary>
    /// An enter that has a result to be tested or an argument to keep (<c>flags</c> of the kernel's interrupt locks)
    /// loses it: the variable goes.
    /// </summary>
    public bool DropsArguments { get; init; }

    public string? Header { get; init; }

    public bool Equals(LockForm? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);
}

/// <summary>
/// A macro with which a codebase declares a guard: its first argument names the guard, and two others are the calls that
/// enter and leave. The texts of the guard have the holes of a <see cref="LockForm"/>, and <c>{guard}</c> for its name.
/// </summary>
/// <param name="Macro">The macro.</param>
/// <param name="Enter">The argument with the call that enters.</param>
/// <param name="Exit">The argument with the call that leaves.</param>
/// <param name="Text">See <see cref="LockForm.Text"/>.</param>
public sealed record GuardDeclaration(string Macro, int Enter, int Exit, string Text)
{
    /// <summary>How the calls name the lock; null where they take nothing.</summary>
    public string? Lock { get; init; }

    /// <summary>How the calls name what the guard keeps from entering to leaving, behind the lock.</summary>
    public string? State { get; init; }

    /// <summary>See <see cref="LockForm.Block"/>.</summary>
    public string? Block { get; init; }
}

/// <summary>
/// A call that may fail for lack of memory, and the text that stands in its place where the allocator aborts.
/// <c>{0}</c> is the first argument, <c>{rest}</c> those from the one after the highest number on.
/// </summary>
public sealed record FailFastForm(string Call, string Text)
{
    /// <summary>The argument by reference that the new call's result is assigned to (<c>asprintf(&amp;s, ...)</c>).</summary>
    public int? Assigns { get; init; }

    /// <summary>What the releaser of such memory is called afterwards, by what it is called now.</summary>
    public ImmutableDictionary<string, string> Releasers { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>A header that the program writes where the codebase has none: its name and its lines.</summary>
public sealed record GeneratedHeader(string FileName, ImmutableArray<string> Lines)
{
    /// <summary>Plain words that the headers which it includes declare: a file that means something else by one cannot include it.</summary>
    public ImmutableArray<string> Brings { get; init; } = [];
}
