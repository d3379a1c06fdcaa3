using System.Text;

namespace KinescopeSandbox.Sample;

/// <summary>Invented titles, and the awkward ones that real libraries have.</summary>
public static class Titles
{
    private static readonly string[] Modules =
        ["Знакомство", "Подготовка", "Цели и планы", "Первый запуск", "Разбор ошибок", "Цифры недели", "Команда", "Инструменты", "Большой проект", "Итоги"];

    private static readonly string[] Verbs =
        ["Как выбрать", "Где искать", "Зачем нужен", "Разбираем", "Считаем", "Проверяем", "Улучшаем", "Собираем", "Описываем", "Сравниваем", "Планируем"];

    private static readonly string[] Things =
        ["тёплый приём", "витрину", "склад", "отчёт за месяц", "карточку товара", "календарь съёмок", "письмо покупателю", "бюджет", "упаковку", "график поставок", "логотип", "заголовок", "чёрный список"];

    private static readonly string[] Endings =
        ["на примере кофейни", "шаг за шагом", "за один вечер", "без лишних слов", "в маленькой команде", "когда времени нет", "для новичков"];

    /// <summary>Lessons, by their position in the library, whose title or file name is awkward. The extension is added later.</summary>
    private static readonly Dictionary<int, (string Title, string? FileName)> Awkward = new()
    {
        [2] = ("Витрина. Настройка по шагам.", "vitrina._nastroika_po_shagam."),
        [9] = ("План продаж 2.0", "plan_prodazh_2.0"),
        [21] = ("🚀 Запуск за три дня 🎉", "🚀 Запуск за три дня 🎉"),
        [33] = ("«Ёлочки», \"лапки\" и 'апострофы'", "«Ёлочки» и 'апострофы'"),
        [47] = ("Вопросы и ответы [1]", "Вопросы и ответы [1]"),
        [58] = ("Цена & ценность, 100% честно", "Цена & ценность, 100% честно"),
        [66] = ("Много   пробелов   внутри", "Много   пробелов   внутри"),
        [90] = ("Домашнее задание", null),
        [101] = (Long(140), null),
        [117] = ("Имя файла почти предельной длины", Long(132)),
        [130] = ("Йогурт, ёжик и йод: товары для примера", "Йогурт, ёжик и йод"),
        [145] = ("Своё дело: тёплый май", "Своё дело: тёплый май".Replace(':', ',')),
        [160] = ("Итоги модуля", null),
        [178] = ("Café и crème: пишем о вкусах", "Café и crème"),
        [199] = ("Урок.с.точками.в.имени", "Урок.с.точками.в.имени"),
        [215] = ("Версия 10.2.1 (черновик)", "Версия 10.2.1 (черновик)"),
        [230] = ("Домашнее задание", null),
        [244] = ("#хештеги; плюсы + минусы = решение", "#хештеги; плюсы + минусы = решение"),
        [260] = ("С чего начать", null),
        [275] = ("Третий ёмкий пример", "Третий ёмкий пример"),
        [300] = ("Итоги модуля", null),
        [320] = ("日本の店 и другие витрины", "日本の店 и другие витрины"),
        [350] = ("С чего начать", null),
        [371] = ("$HOME, `кавычка` и ~тильда~", "$HOME, `кавычка` и ~тильда~"),
        [402] = ("Последний урок.mp4 (копия)", "Последний урок.mp4 (копия)"),
    };

    /// <summary>Lessons whose file lies on disk under the decomposed form (NFD) of the name in the manifest (NFC).</summary>
    public static readonly IReadOnlySet<int> DecomposedOnDisk = new HashSet<int> { 130, 145, 178, 275 };

    public static string Module(int moduleNumber) => Modules[moduleNumber % Modules.Length];

    /// <param name="number">Position in the library, from 0.</param>
    /// <param name="order">Position in the module, from 1.</param>
    public static (string Title, string FileName) Lesson(int number, int order, string extension)
    {
        if (Awkward.TryGetValue(number, out var awkward))
            return (awkward.Title + extension, (awkward.FileName ?? $"{order:000}_{Slug(awkward.Title)}") + extension);

        // The three lists have lengths without a common divisor, so no generated title occurs twice.
        var title = $"{Verbs[number % Verbs.Length]} {Things[number % Things.Length]} {Endings[number % Endings.Length]}";
        return ($"{order}. {title}{extension}", $"{order:000}_{Slug(title)}{extension}");
    }

    /// <summary>Latin letters, digits and underscores; at most 60 of them.</summary>
    public static string Slug(string text)
    {
        var slug = new StringBuilder();
        foreach (var letter in text.ToLowerInvariant())
        {
            if (char.IsAsciiLetterOrDigit(letter))
                slug.Append(letter);
            else if (Latin(letter) is { } latin)
                slug.Append(latin);
            else if (slug.Length > 0 && slug[^1] != '_')
                slug.Append('_');
        }
        return slug.ToString(0, Math.Min(slug.Length, 60)).Trim('_');
    }

    private static string? Latin(char letter)
    {
        const string Cyrillic = "абвгдежзийклмнопрстуфхцчшщъыьэюяё";
        string[] latin =
        [
            "a", "b", "v", "g", "d", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h", "ts", "ch", "sh", "sch",
            "", "y", "", "e", "yu", "ya", "e",
        ];
        var index = Cyrillic.IndexOf(letter);
        return index < 0 ? null : latin[index];
    }

    /// <summary>A sentence of exactly so many characters.</summary>
    private static string Long(int characters)
    {
        const string Words = "Подробный разбор того как небольшая мастерская вырастила заказы и не потеряла ни одного постоянного покупателя ";
        var text = string.Concat(Enumerable.Repeat(Words, characters / Words.Length + 1))[..characters];
        return text.EndsWith(' ') ? text[..^1] + "а" : text;
    }
}
