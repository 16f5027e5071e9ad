Documentation.addTranslations({
  "locale": "ar",
  "messages": {
    "Search Results": "نتائج البحث",
    "Searching": "يجري البحث",
    "Preparing search...": "يجري إعداد البحث …",
    ", in ": "، في ",
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.": "لا صفحة تطابق ما كتبته. تأكد من كتابة الكلمات.",
    "Search finished, found one page matching the search query.": [
      "صفحة واحدة تطابق ما كتبته.",
      "الصفحات المطابقة: ${resultCount}"
    ]
  },
  "plural_expr": "n != 1"
});
