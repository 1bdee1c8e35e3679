"""First and family names as they are common in each culture, most common first. Facts about languages, short lists.

Where a culture has many family names, the rest are put together from stems and endings as its names are, so that a
hundred thousand people do not share fifty names.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Culture(NamedTuple):
    """`share` is the part of people who have one of `families`; the others' names are a stem and an ending."""

    female: Sequence[str]
    male: Sequence[str]
    families: Sequence[str]
    language: str
    share: float = 1.0
    stems: Sequence[str] = ()
    endings: Sequence[str] = ()
    feminine: Sequence[tuple[str, str]] = ()  # how a family name ends for a woman
    two_families: bool = False  # Spanish: the father's and the mother's
    family_first: bool = False  # no spaces between: 李伟
    further: float = 0.3  # how many have a second given name
    at_home: float = 0.4  # how many speak the language rather than the country's


def _list(names: str) -> tuple[str, ...]:
    return tuple(names.split())


ENGLISH = Culture(
    female=_list(
        "Olivia Emma Sarah Margaret Susan Emily Charlotte Jessica Patricia Grace Amelia Linda Karen Hannah Rachel "
        "Lucy Helen Julie Elizabeth Christine Chloe Rebecca Jane Victoria Laura Ruby Florence Daisy Alice Evelyn "
        "Joan Jean Dorothy Barbara Janet Carol Diane Nicola Claire Kate Gemma Holly Poppy Freya Imogen Matilda "
        "Rosemary Sheila Maureen Irene Doris Edith Ivy Violet Hazel Beatrice Harriet Phoebe Zoe Abigail"
    ),
    male=_list(
        "James John David William Michael Thomas Robert Daniel Paul Peter George Andrew Richard Stephen Mark "
        "Harry Jack Oliver Charles Christopher Matthew Joseph Alan Kevin Brian Samuel Benjamin Henry Edward Luke "
        "Adam Alexander Simon Philip Anthony Graham Keith Ian Martin Neil Colin Derek Roger Trevor Frank Walter "
        "Arthur Albert Stanley Leonard Ernest Frederick Oscar Leo Alfie Toby Felix Elliot Gareth Rhys"
    ),
    families=_list(
        "Smith Jones Williams Taylor Brown Davies Evans Wilson Thomas Johnson Roberts Robinson Thompson Wright "
        "Walker White Edwards Hughes Green Hall Lewis Harris Clarke Patterson Jackson Wood Turner Martin Cooper "
        "Hill Ward Morris Moore Clark Lee King Baker Harrison Morgan Allen James Scott Phillips Watson Davis "
        "Parker Price Bennett Young Griffiths Mitchell Kelly Cook Carter Richardson Bailey Collins Bell Shaw "
        "Murphy Miller Cox O'Connor O'Brien MacDonald McCarthy Fitzgerald Campbell Stewart Fraser Doyle Gallagher "
        "Lynch Byrne"
    ),
    language="en",
    share=0.45,
    further=0.25,
    at_home=1.0,
    stems=_list(
        "Ash Black Brad Bram Brock Brough Burn Chat Clay Cran Crow Dal Den East El Fair Farn Gold Hal Ham Hart "
        "Hather Hay Hazel Hol Hough Kings Lang Lin Lough Mar Mid Mil New Nor Oak Pen Pick Quar Rad Red Rock Ros "
        "Sax Shel South Stan Stock Strat Sut Thorn Up Wake Wal War Wey Whit Win Wood Wren Wyn"
    ),
    endings=_list(
        "ton ley ford worth wood field ham well by shaw den bourne combe more bridge cliffe hurst land stone brook"
    ),
)

SPANISH = Culture(
    female=_list(
        "María Lucía Carmen Ana Isabel Laura Marta Cristina Paula Elena Rosa Pilar Sofía Julia Alba Irene Beatriz "
        "Teresa Raquel Silvia Patricia Dolores Mercedes Inés Nuria Carla Daniela Valeria Gabriela Alejandra "
        "Guadalupe Verónica Adriana Fernanda Ximena Camila Mariana Esperanza Consuelo Yolanda"
    ),
    male=_list(
        "Antonio José Manuel Francisco David Juan Javier Daniel Carlos Jesús Alejandro Miguel Rafael Pablo Ángel "
        "Sergio Fernando Luis Jorge Alberto Álvaro Diego Adrián Raúl Enrique Ramón Vicente Andrés Joaquín Mateo "
        "Santiago Emilio Gabriel Hugo Ignacio Martín Nicolás Óscar Rodrigo Tomás"
    ),
    families=_list(
        "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Hernández Ruiz "
        "Díaz Moreno Muñoz Álvarez Romero Gutiérrez Alonso Navarro Torres Domínguez Ramos Vázquez Ramírez Gil "
        "Serrano Molina Morales Suárez Ortega Delgado Castro Ortiz Rubio Marín Sanz Núñez Iglesias Medina Garrido "
        "Cortés Castillo Santos Guerrero Lozano Cano Méndez Cruz Flores Herrera Peña León Vargas Aguilar Reyes "
        "Rivera Chávez Mendoza"
    ),
    language="es",
    two_families=True,
    further=0.15,
)

PORTUGUESE = Culture(
    female=_list(
        "Maria Ana Beatriz Inês Mariana Leonor Matilde Carolina Joana Catarina Sofia Margarida Rita Teresa "
        "Fernanda Juliana Camila Larissa Patrícia Cláudia Helena Luísa Rosa Conceição Fátima Lúcia Vitória "
        "Gabriela"
    ),
    male=_list(
        "João José António Francisco Pedro Miguel Tiago Rui Paulo Luís Carlos Manuel Diogo Gonçalo Rodrigo Rafael "
        "Bruno Nuno André Duarte Henrique Vasco Afonso Tomás Mateus Thiago Felipe Caio"
    ),
    families=_list(
        "Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Sousa Fernandes Gonçalves Gomes Lopes "
        "Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira "
        "Monteiro Cardoso Rocha Coelho Cruz Cunha Pires Ramos Reis Simões Antunes Matos Fonseca Machado Araújo "
        "Barbosa Lima Melo Dias"
    ),
    language="pt",
    two_families=True,
)

POLISH = Culture(
    female=_list(
        "Anna Maria Katarzyna Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Zofia Magdalena Joanna Zuzanna "
        "Julia Maja Hanna Lena Alicja Aleksandra Monika Dorota Teresa Halina Irena Jadwiga Beata Karolina Natalia "
        "Wiktoria Oliwia Łucja Helena"
    ),
    male=_list(
        "Piotr Krzysztof Andrzej Tomasz Jan Paweł Marcin Michał Jakub Stanisław Adam Łukasz Grzegorz Mateusz "
        "Wojciech Mariusz Dariusz Zbigniew Jerzy Rafał Antoni Szymon Filip Kacper Bartosz Kamil Józef Henryk "
        "Wiesław Zdzisław"
    ),
    families=_list(
        "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski "
        "Kozłowski Jankowski Mazur Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając "
        "Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski Majewski Olszewski Stępień Malinowski "
        "Jaworski Adamczyk Dudek"
    ),
    language="pl",
    share=0.5,
    at_home=0.6,
    stems=_list(
        "Bor Brzez Czarn Dobrz Dół Gaj Gór Jasiń Kalin Konop Krup Leśn Lip Mak Młyn Osin Pol Rog Sad Sokoł Star "
        "Sosn Trzc Urb Wilcz Wysoc Zaręb Zawadz Żur Żukow"
    ),
    endings=_list("ski owski iński ak czyk ek owicz"),
    feminine=(("ski", "ska"), ("cki", "cka"), ("dzki", "dzka")),
)

VIETNAMESE = Culture(
    female=_list(
        "Lan Hương Mai Thảo Linh Hà Ngọc Trang Phương Hoa Thu Yến Hạnh Hằng Nga Oanh Xuân Tuyết Quỳnh Trâm Vy Nhi "
        "My Dung Loan Kim Thủy Bích"
    ),
    male=_list(
        "Minh Tuấn Hùng Dũng Nam Long Hải Quang Thành Đức Anh Bình Cường Khoa Phúc Sơn Tâm Trung Việt Duy Hiếu "
        "Huy Khánh Lâm Nghĩa Phong Tài Vinh"
    ),
    families=_list(
        "Nguyễn Nguyễn Trần Lê Nguyễn Phạm Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Đoàn Lương Mai "
        "Tô Cao"
    ),
    language="vi",
    further=0.6,
    at_home=0.6,
)

CHINESE = Culture(
    female=_list(
        "Fang Na Min Jing Li Yan Juan Xia Mei Ling Ying Hui Xiaoyan Yun Lan Hong Ping Xiu Qing Yue Xinyi Zihan "
        "Meilin Shuang Wenjing Yuhan"
    ),
    male=_list(
        "Wei Qiang Lei Jun Yong Jie Tao Ming Chao Bin Bo Hao Gang Feng Jian Hua Peng Zhiwei Haoran Yifan Junjie "
        "Zihao Guoqiang Wenbin Xiaoming Dong"
    ),
    families=_list(
        "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Song "
        "Tang Han Feng Deng Cao Peng Zeng Xiao Tian Dong Yuan Pan Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Shen "
        "Ren"
    ),
    language="zh",
    further=0.0,
    at_home=0.6,
)

HAN = Culture(
    female=_list("秀英 静 丽 敏 芳 娜 艳 娟 霞 秀兰 玉兰 欣怡 梓涵 雨桐 美玲"),
    male=_list("伟 强 磊 军 勇 杰 涛 明 超 浩然 子轩 建国 志强 俊杰 宇航"),
    families=_list("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐"),
    language="zh",
    family_first=True,
    further=0.0,
    at_home=0.9,
)

ARABIC = Culture(
    female=_list(
        "Fatima Aisha Maryam Zainab Layla Nour Huda Amina Khadija Salma Rania Dina Hanan Samira Noor Yasmin Sara "
        "Mona Rasha Lina Farah Reem Dalia Amal"
    ),
    male=_list(
        "Mohammed Ahmed Ali Omar Hassan Hussein Ibrahim Khalid Yusuf Mustafa Abdullah Mahmoud Karim Tariq Samir "
        "Bilal Hamza Idris Rashid Walid Nabil Faisal Ziad Jamal"
    ),
    families=_list(
        "Haddad Khalil Mansour Saleh Nasser Hamdan Aziz Khoury Farah Ibrahim Hassan Ali Saad Ahmed Youssef Rahman "
        "Al-Masri Al-Rashid Abbas Darwish Fayed Ghanem Hijazi Issa Jaber Kassem Latif Mahmoud Najjar Obeid Qasim "
        "Sabbagh Shaheen Sultan Tawfiq Younis Zaki Zidan Bakri Habib"
    ),
    language="ar",
    at_home=0.5,
)

ARABIC_SCRIPT = Culture(
    female=_list("فاطمة عائشة مريم زينب ليلى نور هدى أمينة خديجة سلمى رانيا سميرة ياسمين منى"),
    male=_list("محمد أحمد علي عمر حسن حسين إبراهيم خالد يوسف مصطفى محمود كريم طارق سمير"),
    families=_list("حداد خليل منصور صالح ناصر حمدان خوري فرح الراشد المصري عباس درويش غانم حجازي عيسى جابر قاسم نجار"),
    language="ar",
    further=0.1,
    at_home=0.95,
)

TURKISH = Culture(
    female=_list(
        "Fatma Ayşe Emine Hatice Zeynep Elif Meryem Şerife Merve Özlem Gül Büşra Esra Yasemin Derya Sevgi Defne "
        "Ebru Nazlı İpek"
    ),
    male=_list(
        "Mehmet Mustafa Ahmet Ali Hüseyin Hasan İbrahim İsmail Osman Yusuf Murat Ömer Emre Burak Kemal Serkan "
        "Çağlar Oğuz Barış Efe"
    ),
    families=_list(
        "Yılmaz Kaya Demir Çelik Şahin Yıldız Yıldırım Öztürk Aydın Özdemir Arslan Doğan Kılıç Aslan Çetin Kara "
        "Koç Kurt Özkan Şimşek Polat Korkmaz Çakır Erdoğan Güneş Aksoy Bulut Tekin Ateş Keskin"
    ),
    language="tr",
    further=0.1,
)

SOUTH_ASIAN = Culture(
    female=_list(
        "Priya Anjali Fatima Ayesha Sunita Neha Pooja Zara Kavita Meera Nadia Sana Shabnam Rukhsana Lakshmi Deepa "
        "Anita Rekha Harpreet Simran Jaspreet Maryam Saima Farzana Asma Divya Nisha Radha"
    ),
    male=_list(
        "Muhammad Rahul Amit Raj Imran Sanjay Vijay Arjun Bilal Usman Ravi Suresh Ali Hassan Gurpreet Manpreet "
        "Rajesh Anil Kamran Faisal Asif Tariq Deepak Rohan Vikram Haroon Zahid Nikhil"
    ),
    families=_list(
        "Patel Khan Singh Ahmed Kaur Hussain Ali Shah Begum Sharma Kumar Akhtar Malik Iqbal Gupta Mahmood "
        "Chaudhry Mirza Bibi Rahman Nair Reddy Rao Mehta Desai Joshi Verma Iyer Bhatt Siddiqui Qureshi Butt Raja "
        "Das Chowdhury Miah Uddin Sandhu Gill Dhillon"
    ),
    language="ur",
    further=0.15,
    at_home=0.35,
)

NIGERIAN = Culture(
    female=_list(
        "Ngozi Chioma Amaka Blessing Folake Yetunde Adaeze Ifeoma Funmilayo Aisha Temitope Chidinma Nneka Zainab "
        "Titilayo Ebele Grace Patience Abimbola Uche"
    ),
    male=_list(
        "Chinedu Emeka Oluwaseun Tunde Ibrahim Babatunde Chukwuemeka Segun Ikenna Musa Ayodele Obinna Kelechi "
        "Femi Yusuf Olumide Nnamdi Kayode Uchenna Godwin"
    ),
    families=_list(
        "Okafor Adeyemi Okonkwo Bello Okoro Eze Abubakar Balogun Nwosu Adebayo Ibrahim Obi Oladipo Mohammed "
        "Chukwu Ogunleye Nwachukwu Akinola Umar Onyeka Afolabi Danjuma Ojo Igwe Lawal Ekwueme Adeleke Uzor Bassey "
        "Effiong"
    ),
    language="en",
    further=0.2,
    at_home=1.0,
)

GERMAN = Culture(
    female=_list(
        "Anna Emma Sophie Marie Ursula Monika Petra Sabine Andrea Claudia Karin Renate Helga Ingrid Gisela Birgit "
        "Heike Greta Johanna Lena Lotte Käthe"
    ),
    male=_list(
        "Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Günter Stefan Jonas Lukas Felix Maximilian Hans "
        "Dieter Uwe Bernd Matthias Sören Jörg Karl Emil"
    ),
    families=_list(
        "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter "
        "Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Werner Krause Lehmann "
        "Köhler Huber Groß Jäger Vogel Böhm Weiß Kühn"
    ),
    language="de",
    further=0.2,
    at_home=0.25,
)

GREEK = Culture(
    female=_list("Μαρία Ελένη Αικατερίνη Βασιλική Σοφία Αγγελική Γεωργία Δήμητρα Κωνσταντίνα Ευαγγελία Ιωάννα"),
    male=_list("Γεώργιος Δημήτριος Κωνσταντίνος Ιωάννης Νικόλαος Χρήστος Παναγιώτης Βασίλειος Αθανάσιος Σπύρος"),
    families=_list(
        "Παπαδόπουλος Παππάς Καραγιάννης Βλάχος Ιωαννίδης Οικονόμου Παπαγεωργίου Μακρής Κωνσταντινίδης Δημόπουλος "
        "Γεωργίου Αντωνίου Νικολαΐδης Χατζής Αγγελόπουλος"
    ),
    language="el", further=0.1, at_home=0.8,
    feminine=(("πουλος", "πούλου"), ("ίδης", "ίδου"), ("ΐδης", "ΐδου"), ("άννης", "άννη"), ("άς", "ά"), ("ής", "ή"),
              ("άχος", "άχου")),
)  # fmt: skip

UKRAINIAN = Culture(
    female=_list("Олена Оксана Ірина Наталія Тетяна Марія Світлана Юлія Катерина Анастасія Софія Ганна Вікторія"),
    male=_list("Олександр Сергій Андрій Володимир Микола Іван Дмитро Максим Юрій Василь Артем Богдан Тарас Петро"),
    families=_list(
        "Мельник Шевченко Бондаренко Коваленко Бойко Ткаченко Кравченко Ковальчук Коваль Олійник Шевчук Поліщук "
        "Іванов Марченко Лисенко Савченко Руденко Мороз Петренко Клименко Павленко Кузьменко Левченко Пономаренко"
    ),
    language="uk",
    further=0.1,
    at_home=0.9,
    feminine=(("ов", "ова"), ("ський", "ська")),
)

# Of a hundred people in each country's demo clinic.
MIX: dict[str, tuple[tuple[Culture, float], ...]] = {
    "GB": (
        (ENGLISH, 52), (SOUTH_ASIAN, 13), (POLISH, 6), (NIGERIAN, 6), (SPANISH, 5), (ARABIC, 4), (PORTUGUESE, 3),
        (TURKISH, 2.5), (CHINESE, 2), (VIETNAMESE, 2), (GERMAN, 1.5), (UKRAINIAN, 1.2), (ARABIC_SCRIPT, 0.7),
        (GREEK, 0.6), (HAN, 0.5),
    ),
    "US": (
        (ENGLISH, 55), (SPANISH, 21), (SOUTH_ASIAN, 5), (CHINESE, 4), (VIETNAMESE, 3), (GERMAN, 3), (NIGERIAN, 2.5),
        (POLISH, 2), (ARABIC, 2), (PORTUGUESE, 1), (HAN, 0.5), (UKRAINIAN, 0.5), (GREEK, 0.3), (ARABIC_SCRIPT, 0.2),
    ),
}  # fmt: skip
